#include "operator/report/namespace_secrets.h"

#include <nlohmann/json.hpp>

#include "api/core/partial_object_metadata.h"
#include "api/core/secret_types.h"
#include "api/meta/decode.h"
#include "policy/delivered_secret.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using policy::SecretState;

namespace {

bool IsDelivered(const api::ObjectMeta& secret,
                 const kube::Lister<v1::ManagedCredential>& credentials) {
  const api::OwnerReference* owner = secret.Controller();
  if (owner == nullptr) return false;
  const auto credential = credentials.Get({secret.namespace_name, owner->name});
  return credential != nullptr && policy::Delivers(*credential, secret);
}

}  // namespace

Result<NamespaceSecrets> NamespaceSecrets::Read(
    kube::Client& client, const std::string& namespace_name,
    const kube::Lister<v1::ManagedCredential>& credentials, const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const kube::ObjectList list,
                      client.List(api::KindOf<api::core::Secret>::resource,
                                  {.namespace_name = namespace_name, .metadata_only = true}, call));
  NamespaceSecrets secrets(true);
  for (const nlohmann::json& item : list.items) {
    Result<api::core::PartialObjectMetadata> secret =
        api::Decode<api::core::PartialObjectMetadata>(item);
    if (!secret) continue;
    SecretState state{
        SecretState::Presence::kFound, IsDelivered(secret->metadata, credentials), {}};
    secret->metadata.annotations.erase("kubectl.kubernetes.io/last-applied-configuration");
    state.annotations = std::move(secret->metadata.annotations);
    secrets.secrets_[secret->metadata.name] = std::move(state);
  }
  return secrets;
}

SecretState NamespaceSecrets::Find(std::string_view, std::string_view name) const {
  if (!known_) return {};
  const auto found = secrets_.find(name);
  if (found == secrets_.end()) return {SecretState::Presence::kMissing, false, {}};
  return found->second;
}

}  // namespace keysteward::op
