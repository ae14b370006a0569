#include "webhook/handlers/cluster_view.h"

#include "policy/delivered_secret.h"
#include "policy/policy_from_api.h"

namespace keysteward::webhook {

policy::Labels ClusterView::LabelsOf(const std::string& namespace_name) const {
  const auto space = namespaces.Get({"", namespace_name});
  return space == nullptr ? policy::Labels{} : space->metadata.labels;
}

policy::PolicySnapshot ClusterView::PoliciesFor(const std::string& namespace_name,
                                                const policy::Labels& labels) const {
  policy::PolicySnapshot snapshot;
  for (const auto& object : policies.List()) {
    // There may be one for each namespace: only those that count here become values.
    if (!object->spec.namespace_selector.Matches(labels)) continue;
    snapshot.policies.push_back(policy::PolicyFrom(*object));
  }
  for (const auto& object : exceptions.List(namespace_name)) {
    snapshot.exceptions.push_back(policy::ExceptionFrom(*object));
  }
  return snapshot;
}

policy::SecretState CachedSecrets::Find(std::string_view namespace_name,
                                        std::string_view name) const {
  const auto secret = view_.secrets.Get({std::string(namespace_name), std::string(name)});
  policy::SecretState state;
  state.presence = secret == nullptr ? policy::SecretState::Presence::kMissing
                                     : policy::SecretState::Presence::kFound;
  if (secret == nullptr) return state;
  state.annotations = secret->metadata.annotations;
  if (const api::OwnerReference* owner = secret->metadata.Controller()) {
    const auto credential = view_.credentials.Get({secret->metadata.namespace_name, owner->name});
    state.managed = credential != nullptr && policy::Delivers(*credential, secret->metadata);
  }
  return state;
}

}  // namespace keysteward::webhook
