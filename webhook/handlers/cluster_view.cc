#include "webhook/handlers/cluster_view.h"

#include "api/v1alpha1/annotations.h"
#include "policy/policy_from_api.h"

namespace keysteward::webhook {

std::map<std::string, std::string> ClusterView::LabelsOf(const std::string& namespace_name) const {
  const auto space = namespaces.Get({"", namespace_name});
  return space == nullptr ? std::map<std::string, std::string>{} : space->metadata.labels;
}

policy::PolicySnapshot ClusterView::PoliciesFor(const std::string& namespace_name) const {
  policy::PolicySnapshot snapshot;
  for (const auto& object : policies.List()) {
    snapshot.policies.push_back(policy::PolicyFrom(*object));
  }
  for (const auto& object : exceptions.List(namespace_name)) {
    snapshot.exceptions.push_back(policy::ExceptionFrom(*object));
  }
  return snapshot;
}

policy::SecretState CachedSecrets::Find(std::string_view namespace_name,
                                        std::string_view name) const {
  const auto secret = secrets_.Get({std::string(namespace_name), std::string(name)});
  policy::SecretState state;
  state.presence = secret == nullptr ? policy::SecretState::Presence::kMissing
                                     : policy::SecretState::Presence::kFound;
  if (secret == nullptr) return state;
  state.annotations = secret->metadata.annotations;
  state.managed = secret->metadata.Label(api::v1alpha1::kManagedLabel) == "true" &&
                  secret->metadata.Controller() != nullptr &&
                  secret->metadata.Controller()->kind == "ManagedCredential";
  return state;
}

}  // namespace keysteward::webhook
