// WantedState: what the chart declares about its own installation, as it stands in ConfigMap
// keysteward-wanted: both registrations, the webhook's Service and the operator's rights. The chart
// renders each of them twice from one template, so that the operator has something to compare with.
//
// Whoever may write that ConfigMap says how the webhook is registered, but not where requests go:
// a registration that leads anywhere else than to our own Service is refused.
//
//   KS_ASSIGN_OR_RETURN(const auto wanted, ReadWanted(client, names, call));
//   if (wanted && wanted->validating) …
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "operator/guard/policy_rule.h"
#include "operator/guard/release.h"

namespace keysteward::op {

struct WantedState {
  // Whole objects; nothing where the chart makes none (webhook.enabled=false).
  std::optional<nlohmann::json> validating;
  std::optional<nlohmann::json> mutating;
  std::optional<nlohmann::json> service;
  PolicyRules cluster_rules;    // of the operator's ClusterRole
  PolicyRules namespace_rules;  // of its Role in our namespace
};

// Nothing when the ConfigMap is gone or being deleted; kInvalidArgument when it does not say what
// it should.
Result<std::optional<WantedState>> ReadWanted(kube::Client& client, const ReleaseNames& names,
                                              const kube::Call& call);

}  // namespace keysteward::op
