#include "operator/reconcilers/rotation_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/conditions.h"
#include "operator/reconcilers/credential_listers.h"
#include "operator/reconcilers/fresh_objects.h"
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

constexpr int kMostNames = 9;

json RequestManifest(const ManagedCredential& credential, const std::string& name,
                     api::v1alpha1::Cause cause) {
  const api::Resource& owner = api::KindOf<ManagedCredential>::resource;
  const api::Resource& resource = api::KindOf<CredentialRotation>::resource;
  return {{"apiVersion", resource.api_version()},
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
}

// Whether the object of that name is over and so cannot be the request that is wanted now. A view
// of the credential that is older than the server's proves nothing.
Result<bool> NameIsUsedUp(const Environment& env, const ManagedCredential& credential,
                          const std::string& name, const kube::Call& call) {
  const std::string& space = credential.metadata.namespace_name;
  Result<CredentialRotation> existing = Fresh<CredentialRotation>(env, {space, name}, call);
  if (!existing && existing.error().code == ErrorCode::kNotFound) return false;
  if (!existing) return std::move(existing).error();
  if (!existing->status.result && existing->spec.credential_name == credential.metadata.name) {
    return false;
  }
  Result<ManagedCredential> fresh = Fresh<ManagedCredential>(env, credential.metadata.key(), call);
  if (!fresh) return std::move(fresh).error();
  return fresh->status.last_generation == credential.status.last_generation &&
         fresh->status.active_rotation.empty();
}

}  // namespace

Result<void> RequestRotation(const Environment& env, const ManagedCredential& credential,
                             api::v1alpha1::Cause cause, const kube::Call& call) {
  const std::string base =
      credential.metadata.name + "-" + std::to_string(credential.status.last_generation + 1);
  std::string name = base;
  for (int number = 1; number <= kMostNames; ++number) {
    if (!env.is_leader()) return Error::Unavailable("no longer leader");
    Result<json> created = env.client.Create(api::KindOf<CredentialRotation>::resource,
                                             RequestManifest(credential, name, cause),
                                             {.field_manager = api::v1alpha1::kFieldManager}, call);
    if (created) return {};
    if (created.error().code != ErrorCode::kAlreadyExists) {
      return std::move(created).error().WithContext("request rotation " + name);
    }
    KS_ASSIGN_OR_RETURN(const bool used_up, NameIsUsedUp(env, credential, name, call));
    if (!used_up) return {};
    name = base + "-" + std::to_string(number);
  }
  return Error::FailedPrecondition("every name for a rotation of " + credential.metadata.name +
                                   " is taken by ended ones; delete " + base);
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
