#include "cli/commands/credential_reader.h"

#include <algorithm>

#include "api/meta/decode.h"

namespace keysteward::cli {

using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using nlohmann::json;

namespace {

template <typename T>
Result<Read<T>> ReadOne(const CommandContext& context, const std::string& name) {
  const api::Resource& resource = api::KindOf<T>::resource;
  const api::ObjectKey key{context.namespace_name, name};
  Result<json> raw = context.client.Get(resource, key, context.call());
  if (!raw) {
    return std::move(raw).error().WithContext(std::string(resource.kind) + " " + key.ToString());
  }
  KS_ASSIGN_OR_RETURN(T typed, api::Decode<T>(*raw));
  return Read<T>{*std::move(raw), std::move(typed)};
}

}  // namespace

Result<Read<ManagedCredential>> ReadCredential(const CommandContext& context,
                                               const std::string& name) {
  return ReadOne<ManagedCredential>(context, name);
}

Result<Read<CredentialRotation>> ReadRotation(const CommandContext& context,
                                              const std::string& name) {
  return ReadOne<CredentialRotation>(context, name);
}

Result<std::vector<Read<CredentialRotation>>> ReadRotations(const CommandContext& context,
                                                            const std::string& credential) {
  Result<kube::ObjectList> list =
      context.client.List(api::KindOf<CredentialRotation>::resource,
                          {.namespace_name = context.namespace_name}, context.call());
  if (!list) {
    return std::move(list).error().WithContext("list CredentialRotations of namespace " +
                                               context.namespace_name);
  }
  std::vector<Read<CredentialRotation>> rotations;
  for (json& raw : list->items) {
    KS_ASSIGN_OR_RETURN(CredentialRotation typed, api::Decode<CredentialRotation>(raw));
    if (typed.spec.credential_name != credential) continue;
    rotations.push_back({std::move(raw), std::move(typed)});
  }
  std::stable_sort(rotations.begin(), rotations.end(), [](const auto& a, const auto& b) {
    return a.typed.metadata.creation_timestamp > b.typed.metadata.creation_timestamp;
  });
  return rotations;
}

}  // namespace keysteward::cli
