#include "operator/guard/rights_difference.h"

#include <algorithm>
#include <string_view>

namespace keysteward::op {

namespace {

bool Holds(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// "*" stands for everything and "*/scale" for that subresource of everything, as RBAC has it.
bool HoldsResource(const std::vector<std::string>& list, const std::string& resource) {
  if (Holds(list, "*") || Holds(list, resource)) return true;
  const size_t slash = resource.find('/');
  return slash != std::string::npos && Holds(list, "*" + resource.substr(slash));
}

bool IsWrite(std::string_view verb) { return verb != "get" && verb != "list" && verb != "watch"; }

// Resources whose writing leads further; "*" is any of the group.
constexpr struct {
  std::string_view group;
  std::string_view resource;
} kWritten[] = {{"rbac.authorization.k8s.io", "*"},
                {"admissionregistration.k8s.io", "*"},
                {"apiextensions.k8s.io", "*"},
                {"apiregistration.k8s.io", "*"},
                {"certificates.k8s.io", "*"},
                {"apps", "*"},
                {"batch", "*"},
                {"", "secrets"},
                {"", "serviceaccounts"},
                {"", "pods"},
                {"", "replicationcontrollers"}};

// Connections and tokens: the verb does not matter.
constexpr std::string_view kReached[] = {
    "pods/exec",   "pods/attach",    "pods/portforward",         "pods/proxy",
    "nodes/proxy", "services/proxy", "pods/ephemeralcontainers", "serviceaccounts/token"};

bool Counts(const Right& right) {
  if (right.verb == "*" || right.group == "*" || right.resource.find('*') != std::string::npos) {
    return true;
  }
  if (right.verb == "escalate" || right.verb == "bind" || right.verb == "impersonate") return true;
  if (right.group.empty() &&
      std::find(std::begin(kReached), std::end(kReached), right.resource) != std::end(kReached)) {
    return true;
  }
  return IsWrite(right.verb) &&
         std::any_of(std::begin(kWritten), std::end(kWritten), [&](const auto& each) {
           return each.group == right.group &&
                  (each.resource == "*" || each.resource == right.resource);
         });
}

}  // namespace

std::string Describe(const Right& right) {
  std::string text = right.verb + " " + right.resource;
  if (!right.group.empty()) text += "." + right.group;
  if (!right.name.empty()) text += " " + right.name;
  if (!right.namespace_name.empty()) text += " in namespace " + right.namespace_name;
  return text;
}

std::vector<Right> RightsOf(const PolicyRules& rules, const std::string& namespace_name) {
  std::vector<Right> rights;
  for (const PolicyRule& rule : rules) {
    const std::vector<std::string> names =
        rule.names.empty() ? std::vector<std::string>{""} : rule.names;
    for (const std::string& group : rule.groups) {
      for (const std::string& resource : rule.resources) {
        for (const std::string& verb : rule.verbs) {
          for (const std::string& name : names) {
            rights.push_back({verb, group, resource, name, namespace_name});
          }
        }
      }
    }
  }
  return rights;
}

bool Grants(const PolicyRules& rules, const Right& right) {
  return std::any_of(rules.begin(), rules.end(), [&](const PolicyRule& rule) {
    return (Holds(rule.verbs, "*") || Holds(rule.verbs, right.verb)) &&
           (Holds(rule.groups, "*") || Holds(rule.groups, right.group)) &&
           HoldsResource(rule.resources, right.resource) &&
           (rule.names.empty() || (!right.name.empty() && Holds(rule.names, right.name)));
  });
}

std::vector<Right> MissingRights(const std::vector<Right>& wanted, const PolicyRules& granted) {
  std::vector<Right> missing;
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(missing),
               [&](const Right& right) { return !Grants(granted, right); });
  return missing;
}

std::vector<Right> ExcessRights(const PolicyRules& granted, const PolicyRules& wanted,
                                const std::string& namespace_name) {
  std::vector<Right> excess;
  for (const Right& right : RightsOf(granted, namespace_name)) {
    const bool known = std::find(excess.begin(), excess.end(), right) != excess.end();
    if (Counts(right) && !Grants(wanted, right) && !known) excess.push_back(right);
  }
  return excess;
}

}  // namespace keysteward::op
