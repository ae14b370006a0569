#include "operator/reconcilers/rotation_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/conditions.h"
#include "operator/reconcilers/credential_listers.h"
#include "operator/rotation/status_writer.h"

namespace keysteward::op {

namespace condition = api::v1alpha1::condition;
namespace reason = api::v1alpha1::reason;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::RotationResult;
using nlohmann::json;

namespace {

constexpr size_t kKeptHistory = 3;

void SetComplete(CredentialRotation& rotation, bool complete, std::string_view why,
                 std::string message, WallTime now) {
  rotation.status.observed_generation = rotation.metadata.generation;
  api::SetCondition(rotation.status.conditions,
                    {.type = std::string(condition::kComplete),
                     .status = complete ? "True" : "False",
                     .reason = std::string(why),
                     .message = std::move(message),
                     .observed_generation = rotation.metadata.generation},
                    now);
}

Result<void> EndUnbegun(const Environment& env, const CredentialRotation& rotation,
                        RotationResult result, std::string_view why, const std::string& message,
                        WallTime now, const kube::Call& call) {
  CredentialRotation ended = rotation;
  ended.status.result = result;
  SetComplete(ended, true, why, message, now);
  api::SetCondition(ended.status.conditions,
                    {.type = std::string(condition::kFailed),
                     .status = "True",
                     .reason = std::string(why),
                     .message = message,
                     .observed_generation = rotation.metadata.generation},
                    now);
  return WriteStatus(env.client, rotation, ended, call);
}

bool Newer(const std::shared_ptr<const CredentialRotation>& a,
           const std::shared_ptr<const CredentialRotation>& b) {
  return a->status.generation > b->status.generation;
}

}  // namespace

Result<void> RequestRotation(const Environment& env, const ManagedCredential& credential,
                             api::v1alpha1::Cause cause, const kube::Call& call) {
  const api::Resource& owner = api::KindOf<ManagedCredential>::resource;
  const api::Resource& resource = api::KindOf<CredentialRotation>::resource;
  const std::string name =
      credential.metadata.name + "-" + std::to_string(credential.status.last_generation + 1);
  const json manifest = {
      {"apiVersion", resource.api_version()},
      {"kind", resource.kind},
      {"metadata",
       {{"name", name},
        {"namespace", credential.metadata.namespace_name},
        {"ownerReferences",
         json::array({api::ToJson(api::OwnerReference{.api_version = owner.api_version(),
                                                      .kind = std::string(owner.kind),
                                                      .name = credential.metadata.name,
                                                      .uid = credential.metadata.uid,
                                                      .controller = true})})}}},
      {"spec",
       {{"credentialRef", {{"name", credential.metadata.name}}},
        {"cause", std::string(EnumName(cause))},
        {"requestedBy", "keysteward-operator"}}}};
  if (!env.is_leader()) return Error::Unavailable("no longer leader");
  Result<json> created =
      env.client.Create(resource, manifest, {.field_manager = api::v1alpha1::kFieldManager}, call);
  if (created || created.error().code == ErrorCode::kAlreadyExists) return {};
  return std::move(created).error().WithContext("request rotation " + name);
}

Result<void> MarkQueued(const Environment& env, const CredentialRotation& rotation,
                        const std::string& behind, WallTime now, const kube::Call& call) {
  const api::Condition* standing =
      api::FindCondition(rotation.status.conditions, condition::kComplete);
  if (standing != nullptr && standing->reason == reason::kQueued) return {};
  CredentialRotation queued = rotation;
  SetComplete(queued, false, reason::kQueued, "waits until rotation " + behind + " is over", now);
  return WriteStatus(env.client, rotation, queued, call);
}

Result<void> Refuse(const Environment& env, const CredentialRotation& rotation,
                    const std::string& waiting, WallTime now, const kube::Call& call) {
  return EndUnbegun(
      env, rotation, RotationResult::kSuperseded, reason::kQueueFull,
      "rotation " + waiting + " already waits for its turn; create another request when it is over",
      now, call);
}

Result<void> RefuseWithoutCredential(const Environment& env, const CredentialRotation& rotation,
                                     WallTime now, const kube::Call& call) {
  return EndUnbegun(env, rotation, RotationResult::kFailed, reason::kCredentialNotFound,
                    "there is no ManagedCredential " + rotation.spec.credential_name +
                        " in this namespace; check spec.credentialRef.name",
                    now, call);
}

Result<void> PruneHistory(const Environment& env, const ManagedCredential& credential,
                          const kube::Lister<CredentialRotation>& rotations,
                          const kube::Call& call) {
  auto history = rotations.ByIndex(kByCredential, credential.metadata.key().ToString());
  std::erase_if(history, [](const auto& rotation) { return !rotation->status.result; });
  std::sort(history.begin(), history.end(), Newer);
  bool kept_proven = false;
  for (size_t i = 0; i < history.size(); ++i) {
    const bool proven = history[i]->status.result == RotationResult::kProven;
    const bool keep = i < kKeptHistory || (proven && !kept_proven);
    kept_proven = kept_proven || proven;
    if (keep || history[i]->metadata.deleting()) continue;
    Result<void> deleted =
        env.client.Delete(api::KindOf<CredentialRotation>::resource, history[i]->metadata.key(),
                          {.uid = history[i]->metadata.uid}, call);
    if (!deleted && deleted.error().code != ErrorCode::kNotFound) {
      return std::move(deleted).error().WithContext("prune history");
    }
  }
  return {};
}

}  // namespace keysteward::op
