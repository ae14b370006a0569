#include "operator/rotation/delivered_secret.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "common/base64.h"
#include "common/digest.h"
#include "common/duration.h"

namespace keysteward::op {

using api::core::Secret;
using api::v1alpha1::ManagedCredential;
using nlohmann::json;

namespace {

api::ObjectKey KeyOf(const ManagedCredential& credential) {
  return {credential.metadata.namespace_name, credential.spec.delivery.secret_name};
}

int64_t NumberIn(const Secret& secret, const char* annotation) {
  const std::string text = secret.metadata.Annotation(annotation);
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The text that replaces one placeholder.
Result<std::string> Insertion(std::string_view name, const ManagedCredential& credential,
                              const StagedKey& staged) {
  if (name == "key") return std::string(staged.value.view());
  if (name == "keyId") return staged.key_id;
  if (name == "expiresAt") {
    const std::optional<WallTime> expiry = ExpiryOf(credential, staged);
    return expiry ? FormatTime(*expiry) : std::string();
  }
  constexpr std::string_view kParameter = "param.";
  if (name.starts_with(kParameter)) {
    const auto found = credential.spec.parameters.find(std::string(name.substr(kParameter.size())));
    if (found != credential.spec.parameters.end()) return found->second;
  }
  return Error::InvalidArgument("unknown placeholder ${" + std::string(name) + "}");
}

Result<SecretBytes> Render(std::string_view pattern, const ManagedCredential& credential,
                           const StagedKey& staged) {
  std::string text;
  while (!pattern.empty()) {
    const size_t open = pattern.find("${");
    text += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const size_t close = pattern.find('}', open);
    if (close == std::string_view::npos) return Error::InvalidArgument("placeholder without }");
    KS_ASSIGN_OR_RETURN(std::string inserted,
                        Insertion(pattern.substr(open + 2, close - open - 2), credential, staged));
    text += inserted;
    WipeString(inserted);
    pattern.remove_prefix(close + 1);
  }
  SecretBytes rendered = SecretBytes::CopyOf(text);
  WipeString(text);
  return rendered;
}

// What the digest covers: which key, how it is laid out, and every entry in the base64 of the wire.
std::string ContentText(const ManagedCredential& credential, int64_t generation,
                        const std::map<std::string, std::string>& data) {
  std::string text = credential.metadata.uid + "/" + std::to_string(generation);
  for (const auto& entry : credential.spec.delivery.EffectiveEntries()) {
    const auto held = data.find(entry.name);
    text += "\n" + entry.name + "=" + entry.value + "=" +
            (held == data.end() ? std::string("absent") : held->second);
  }
  return text;
}

std::string ContentDigest(const Installation& installation, const ManagedCredential& credential,
                          int64_t generation, const std::map<std::string, std::string>& data) {
  std::string text = ContentText(credential, generation, data);
  std::string digest = HmacSha256Hex(installation.digest_key.view(), text);
  WipeString(text);
  return digest;
}

json OwnerOf(const ManagedCredential& credential) {
  const api::Resource& resource = api::KindOf<ManagedCredential>::resource;
  return json::array({api::ToJson(api::OwnerReference{.api_version = resource.api_version(),
                                                      .kind = std::string(resource.kind),
                                                      .name = credential.metadata.name,
                                                      .uid = credential.metadata.uid,
                                                      .controller = true})});
}

std::map<std::string, std::string> AnnotationsOf(const ManagedCredential& credential,
                                                 const StagedKey& staged, int64_t revision) {
  namespace v1 = api::v1alpha1;
  std::map<std::string, std::string> annotations = {
      {v1::kOwnerAnnotation, credential.spec.owner.team},
      {v1::kPurposeAnnotation, credential.spec.purpose},
      {v1::kManagedByAnnotation, credential.metadata.name},
      {v1::kGenerationAnnotation, std::to_string(staged.origin.generation)},
      {v1::kRevisionAnnotation, std::to_string(revision)},
      {v1::kKeyIdAnnotation, staged.key_id}};
  if (const std::optional<WallTime> expiry = ExpiryOf(credential, staged)) {
    annotations[v1::kExpiresAtAnnotation] = FormatTime(*expiry);
  }
  return annotations;
}

Result<json> ManifestOf(const Installation& installation, const ManagedCredential& credential,
                        const StagedKey& staged, int64_t revision) {
  KS_ASSIGN_OR_RETURN(const auto entries, RenderEntries(credential, staged));
  std::map<std::string, std::string> data;
  for (const auto& [name, value] : entries) data[name] = Base64Encode(value.view());
  std::map<std::string, std::string> annotations = AnnotationsOf(credential, staged, revision);
  annotations[api::v1alpha1::kContentAnnotation] =
      ContentDigest(installation, credential, staged.origin.generation, data);
  return json{{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"metadata",
               {{"name", credential.spec.delivery.secret_name},
                {"namespace", credential.metadata.namespace_name},
                {"labels", {{api::v1alpha1::kManagedLabel, "true"}}},
                {"annotations", std::move(annotations)},
                {"ownerReferences", OwnerOf(credential)}}},
              {"type", "Opaque"},
              {"data", std::move(data)}};
}

Error NotOurs(const ManagedCredential& credential) {
  return Error::FailedPrecondition(
      "Secret " + KeyOf(credential).ToString() +
      " exists and belongs to somebody else; it is left untouched. Delete or rename it, or choose "
      "another spec.delivery.secretName in a new ManagedCredential");
}

Result<void> CreateDelivered(const Environment& env, const ManagedCredential& credential,
                             const json& manifest, const kube::Call& call) {
  Result<json> created = env.client.Create(api::KindOf<Secret>::resource, manifest,
                                           {.field_manager = api::v1alpha1::kFieldManager}, call);
  if (created) return {};
  if (created.error().code != ErrorCode::kAlreadyExists) return std::move(created).error();
  // Ours when an earlier POST went through and its answer was lost; then the next read adopts it.
  KS_ASSIGN_OR_RETURN(const DeliveredSecret found, ReadDelivered(env, credential, call));
  if (found.exists && !found.ours) return NotOurs(credential);
  return Error::Conflict("Secret appeared while it was being created");
}

}  // namespace

std::optional<WallTime> ExpiryOf(const ManagedCredential& credential, const StagedKey& staged) {
  std::optional<WallTime> expiry = staged.expires_at;
  if (staged.issued_at && credential.spec.lifetime > Duration::zero()) {
    const WallTime own = *staged.issued_at + credential.spec.lifetime;
    expiry = expiry ? std::min(*expiry, own) : own;
  }
  return expiry;
}

Result<std::map<std::string, SecretBytes>> RenderEntries(const ManagedCredential& credential,
                                                         const StagedKey& staged) {
  std::map<std::string, SecretBytes> entries;
  for (const auto& entry : credential.spec.delivery.EffectiveEntries()) {
    Result<SecretBytes> rendered = Render(entry.value, credential, staged);
    if (!rendered) {
      return std::move(rendered).error().WithContext("spec.delivery.entries[" + entry.name + "]");
    }
    entries.emplace(entry.name, *std::move(rendered));
  }
  return entries;
}

DeliveredSecret JudgeDelivered(const Installation& installation,
                               const ManagedCredential& credential, const Secret& secret) {
  DeliveredSecret state;
  state.exists = true;
  state.ours = secret.metadata.IsOwnedBy(credential.metadata.uid);
  state.generation = NumberIn(secret, api::v1alpha1::kGenerationAnnotation);
  state.revision = NumberIn(secret, api::v1alpha1::kRevisionAnnotation);
  state.uid = secret.metadata.uid;
  state.resource_version = secret.metadata.resource_version;
  state.intact = state.ours && !secret.metadata.deleting() &&
                 secret.metadata.Annotation(api::v1alpha1::kContentAnnotation) ==
                     ContentDigest(installation, credential, state.generation, secret.data);
  return state;
}

Result<DeliveredSecret> ReadDelivered(const Environment& env, const ManagedCredential& credential,
                                      const kube::Call& call) {
  Result<json> object = env.client.Get(api::KindOf<Secret>::resource, KeyOf(credential), call);
  if (!object && object.error().code == ErrorCode::kNotFound) return DeliveredSecret{};
  if (!object) return std::move(object).error().WithContext("read delivered Secret");
  KS_ASSIGN_OR_RETURN(const Secret secret, api::Decode<Secret>(*object));
  return JudgeDelivered(env.installation, credential, secret);
}

Result<int64_t> WriteDelivered(const Environment& env, const ManagedCredential& credential,
                               const StagedKey& staged, const DeliveredSecret& now,
                               const kube::Call& call) {
  const int64_t revision = std::max(credential.status.revision, now.revision) + 1;
  KS_RETURN_IF_ERROR(RewriteDelivered(env, credential, staged, now, revision, call));
  return revision;
}

Result<void> RewriteDelivered(const Environment& env, const ManagedCredential& credential,
                              const StagedKey& staged, const DeliveredSecret& now, int64_t revision,
                              const kube::Call& call) {
  if (now.exists && !now.ours) return NotOurs(credential);
  KS_ASSIGN_OR_RETURN(json manifest, ManifestOf(env.installation, credential, staged, revision));
  if (!now.exists) return CreateDelivered(env, credential, manifest, call);
  manifest["metadata"]["uid"] = now.uid;
  manifest["metadata"]["resourceVersion"] = now.resource_version;
  Result<json> applied = env.client.Patch(
      api::KindOf<Secret>::resource, KeyOf(credential), kube::PatchType::kApply, manifest,
      {.field_manager = api::v1alpha1::kFieldManager, .force = true}, call);
  if (!applied) return std::move(applied).error().WithContext("deliver Secret");
  return {};
}

}  // namespace keysteward::op
