#include "operator/guard/policy_rule.h"

#include <nlohmann/json.hpp>

namespace keysteward::op {

using nlohmann::json;

namespace {

Result<std::vector<std::string>> ReadTexts(const json& rule, const char* member) {
  std::vector<std::string> texts;
  const auto found = rule.find(member);
  if (found == rule.end() || found->is_null()) return texts;
  if (!found->is_array()) return Error::InvalidArgument(std::string(member) + " is no list");
  for (const json& each : *found) {
    if (!each.is_string()) {
      return Error::InvalidArgument(std::string(member) + " holds something else than text");
    }
    texts.push_back(each.get<std::string>());
  }
  return texts;
}

}  // namespace

Result<PolicyRules> ReadPolicyRules(const json& rules) {
  if (!rules.is_array()) return Error::InvalidArgument("rules are no list");
  PolicyRules read;
  for (const json& each : rules) {
    if (!each.is_object()) return Error::InvalidArgument("a rule is no object");
    PolicyRule rule;
    KS_ASSIGN_OR_RETURN(rule.verbs, ReadTexts(each, "verbs"));
    KS_ASSIGN_OR_RETURN(rule.groups, ReadTexts(each, "apiGroups"));
    KS_ASSIGN_OR_RETURN(rule.resources, ReadTexts(each, "resources"));
    KS_ASSIGN_OR_RETURN(rule.names, ReadTexts(each, "resourceNames"));
    if (!rule.resources.empty()) read.push_back(std::move(rule));
  }
  return read;
}

}  // namespace keysteward::op
