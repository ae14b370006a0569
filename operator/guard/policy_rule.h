// PolicyRule: one rule of RBAC, as a role has it and as a SelfSubjectRulesReview answers.
//
//   KS_ASSIGN_OR_RETURN(const PolicyRules rules, ReadPolicyRules(role["rules"]));
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/result.h"

namespace keysteward::op {

struct PolicyRule {
  std::vector<std::string> verbs;
  std::vector<std::string> groups;
  std::vector<std::string> resources;  // "pods", "pods/exec", "*", "*/scale"
  std::vector<std::string> names;      // empty: of any name

  friend bool operator==(const PolicyRule&, const PolicyRule&) = default;
};
using PolicyRules = std::vector<PolicyRule>;

// kInvalidArgument when it is no list of rules. Rules about paths alone are left out.
Result<PolicyRules> ReadPolicyRules(const nlohmann::json& rules);

}  // namespace keysteward::op
