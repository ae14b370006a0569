// RightsDifference: which of the operator's rights are missing, and which it has that it must not
// have. Pure: from the rules that the chart declares and those that the API server says are
// granted.
//
// Of rights beyond the declared ones only those count that lead to others' credentials or to more
// rights: wildcards, escalate, bind and impersonate, writing roles, registrations, definitions,
// Secrets, service accounts or certificates, starting pods or reaching into them. Distributions
// grant everybody harmless ones of their own.
//
//   MissingRights(RightsOf(wanted, ""), granted)   // {list pods}
#pragma once

#include <string>
#include <vector>

#include "operator/guard/policy_rule.h"

namespace keysteward::op {

struct Right {
  std::string verb;
  std::string group;
  std::string resource;             // "pods" or "pods/exec"
  std::string name = {};            // empty: of any name
  std::string namespace_name = {};  // empty: in all namespaces

  friend bool operator==(const Right&, const Right&) = default;
};

// "patch validatingwebhookconfigurations.admissionregistration.k8s.io keysteward"; a right that is
// limited to a namespace ends with " in namespace x".
std::string Describe(const Right& right);

// Every single right that the rules grant; `namespace_name`: where.
std::vector<Right> RightsOf(const PolicyRules& rules, const std::string& namespace_name);

bool Grants(const PolicyRules& rules, const Right& right);

// Those of `wanted` that `granted` does not grant.
std::vector<Right> MissingRights(const std::vector<Right>& wanted, const PolicyRules& granted);

// Rights of `granted` that count and that `wanted` does not grant.
std::vector<Right> ExcessRights(const PolicyRules& granted, const PolicyRules& wanted,
                                const std::string& namespace_name);

}  // namespace keysteward::op
