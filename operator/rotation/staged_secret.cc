#include "operator/rotation/staged_secret.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "common/base64.h"
#include "common/duration.h"
#include "detection/engine/tripwire.h"

namespace keysteward::op {

using api::core::Secret;
using nlohmann::json;

namespace {

constexpr const char* kNamespaceAnnotation = "keysteward.dev/credential-namespace";
constexpr const char* kUidAnnotation = "keysteward.dev/credential-uid";
constexpr const char* kTokenAnnotation = "keysteward.dev/token";
constexpr const char* kIssuedAtAnnotation = "keysteward.dev/issued-at";
constexpr const char* kValueEntry = "value";

json ManifestOf(const Environment& env, const KeyOrigin& origin, const IssuedKey& key) {
  json annotations = {{api::v1alpha1::kManagedByAnnotation, origin.credential.name},
                      {kNamespaceAnnotation, origin.credential.namespace_name},
                      {kUidAnnotation, origin.credential_uid},
                      {api::v1alpha1::kGenerationAnnotation, std::to_string(origin.generation)},
                      {kTokenAnnotation, origin.token},
                      {api::v1alpha1::kKeyIdAnnotation, key.id},
                      {kIssuedAtAnnotation, FormatTime(env.clock.WallNow())}};
  if (key.expires_at) {
    annotations[api::v1alpha1::kExpiresAtAnnotation] = FormatTime(*key.expires_at);
  }
  // The key's mark lives as long as this Secret: until the key is proven dead.
  annotations[api::v1alpha1::kTripwireAnnotation] =
      detection::MakeMark(env.installation.tripwire_key.view(), key.value.view());
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata",
           {{"name", StagedName(origin.credential_uid, origin.generation)},
            {"namespace", env.installation.namespace_name},
            {"labels", {{api::v1alpha1::kStagedLabel, "true"}}},
            {"annotations", std::move(annotations)}}},
          {"type", "Opaque"},
          {"immutable", true},
          {"data", {{kValueEntry, Base64Encode(key.value.view())}}}};
}

Result<std::optional<WallTime>> TimeIn(const Secret& secret, const char* annotation) {
  const std::string text = secret.metadata.Annotation(annotation);
  if (text.empty()) return std::optional<WallTime>();
  KS_ASSIGN_OR_RETURN(const WallTime time, ParseTime(text));
  return std::optional<WallTime>(time);
}

int64_t GenerationIn(const api::ObjectMeta& meta) {
  const std::string text = meta.Annotation(api::v1alpha1::kGenerationAnnotation);
  int64_t generation = 0;
  std::from_chars(text.data(), text.data() + text.size(), generation);
  return generation;
}

Result<StagedKey> DecodeStaged(const json& object) {
  KS_ASSIGN_OR_RETURN(const Secret secret, api::Decode<Secret>(object));
  StagedKey staged;
  const api::ObjectMeta& meta = secret.metadata;
  staged.origin.credential = {meta.Annotation(kNamespaceAnnotation),
                              meta.Annotation(api::v1alpha1::kManagedByAnnotation)};
  staged.origin.credential_uid = meta.Annotation(kUidAnnotation);
  staged.origin.token = meta.Annotation(kTokenAnnotation);
  staged.key_id = meta.Annotation(api::v1alpha1::kKeyIdAnnotation);
  staged.origin.generation = GenerationIn(meta);
  if (staged.origin.generation < 1 || staged.origin.credential_uid.empty() ||
      staged.key_id.empty()) {
    return Error::FailedPrecondition("Secret " + meta.key().ToString() +
                                     " is no staged key of ours: its annotations were changed");
  }
  KS_ASSIGN_OR_RETURN(staged.value, secret.Value(kValueEntry));
  KS_ASSIGN_OR_RETURN(staged.issued_at, TimeIn(secret, kIssuedAtAnnotation));
  KS_ASSIGN_OR_RETURN(staged.expires_at, TimeIn(secret, api::v1alpha1::kExpiresAtAnnotation));
  return staged;
}

}  // namespace

std::string StagedName(const std::string& credential_uid, int64_t generation) {
  return "staged-" + credential_uid + "-" + std::to_string(generation);
}

Result<std::optional<StagedKey>> ReadStaged(const Environment& env,
                                            const std::string& credential_uid, int64_t generation,
                                            const kube::Call& call) {
  const api::ObjectKey key{env.installation.namespace_name, StagedName(credential_uid, generation)};
  Result<json> object = env.client.Get(api::KindOf<Secret>::resource, key, call);
  if (!object && object.error().code == ErrorCode::kNotFound) return std::optional<StagedKey>();
  if (!object) return std::move(object).error().WithContext("read staged key");
  KS_ASSIGN_OR_RETURN(StagedKey staged, DecodeStaged(*object));
  return std::optional<StagedKey>(std::move(staged));
}

Result<void> CreateStaged(const Environment& env, const KeyOrigin& origin, const IssuedKey& key,
                          const kube::Call& call) {
  Result<json> created =
      env.client.Create(api::KindOf<Secret>::resource, ManifestOf(env, origin, key),
                        {.field_manager = api::v1alpha1::kFieldManager}, call);
  if (created) return {};
  if (created.error().code != ErrorCode::kAlreadyExists) {
    return std::move(created).error().WithContext("stage key");
  }
  KS_ASSIGN_OR_RETURN(const std::optional<StagedKey> existing,
                      ReadStaged(env, origin.credential_uid, origin.generation, call));
  if (existing && existing->origin.token == origin.token && existing->key_id == key.id) return {};
  return Error::Conflict("another attempt's key is staged as " +
                         StagedName(origin.credential_uid, origin.generation));
}

Result<std::vector<StagedEntry>> ListStaged(const Environment& env, StagedChoice choice,
                                            const kube::Call& call) {
  const char* label = choice == StagedChoice::kKept ? kKeptLabel : api::v1alpha1::kStagedLabel;
  Result<kube::ObjectList> listed =
      env.client.List(api::KindOf<Secret>::resource,
                      {.namespace_name = env.installation.namespace_name,
                       .label_selector = std::string(label) + "=true",
                       .metadata_only = true},
                      call);
  if (!listed) return std::move(listed).error().WithContext("list staged keys");
  std::vector<StagedEntry> entries;
  for (const json& item : listed->items) {
    JsonFields fields(item, "");
    const api::ObjectMeta meta = api::ReadObjectMeta(fields);
    StagedEntry entry{.credential_uid = meta.Annotation(kUidAnnotation),
                      .generation = GenerationIn(meta),
                      .key_id = meta.Annotation(api::v1alpha1::kKeyIdAnnotation),
                      .marked = meta.annotations.contains(api::v1alpha1::kTripwireAnnotation)};
    if (entry.generation > 0 && !entry.credential_uid.empty()) entries.push_back(std::move(entry));
  }
  return entries;
}

Result<void> KeepStaged(const Environment& env, const std::string& credential_uid,
                        int64_t generation, const kube::Call& call) {
  const api::ObjectKey key{env.installation.namespace_name, StagedName(credential_uid, generation)};
  Result<json> kept = env.client.Patch(api::KindOf<Secret>::resource, key, kube::PatchType::kMerge,
                                       {{"metadata", {{"labels", {{kKeptLabel, "true"}}}}}},
                                       {.field_manager = api::v1alpha1::kFieldManager}, call);
  if (!kept && kept.error().code != ErrorCode::kNotFound) {
    return std::move(kept).error().WithContext("mark staged key as kept");
  }
  return {};
}

Result<size_t> MarkStaged(const Environment& env, const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const std::vector<StagedEntry> entries,
                      ListStaged(env, StagedChoice::kAll, call));
  size_t made = 0;
  for (const StagedEntry& entry : entries) {
    if (entry.marked) continue;
    KS_ASSIGN_OR_RETURN(const std::optional<StagedKey> staged,
                        ReadStaged(env, entry.credential_uid, entry.generation, call));
    if (!staged) continue;
    const std::string mark =
        detection::MakeMark(env.installation.tripwire_key.view(), staged->value.view());
    const api::ObjectKey key{env.installation.namespace_name,
                             StagedName(entry.credential_uid, entry.generation)};
    Result<json> patched = env.client.Patch(
        api::KindOf<Secret>::resource, key, kube::PatchType::kMerge,
        {{"metadata", {{"annotations", {{api::v1alpha1::kTripwireAnnotation, mark}}}}}},
        {.field_manager = api::v1alpha1::kFieldManager}, call);
    if (patched) {
      ++made;
    } else if (patched.error().code != ErrorCode::kNotFound) {
      return std::move(patched).error().WithContext("mark staged key");
    }
  }
  return made;
}

Result<void> DeleteStaged(const Environment& env, const std::string& credential_uid,
                          int64_t generation, const kube::Call& call) {
  const api::ObjectKey key{env.installation.namespace_name, StagedName(credential_uid, generation)};
  Result<void> deleted = env.client.Delete(api::KindOf<Secret>::resource, key, {}, call);
  if (!deleted && deleted.error().code != ErrorCode::kNotFound) {
    return std::move(deleted).error().WithContext("delete staged key");
  }
  return {};
}

}  // namespace keysteward::op
