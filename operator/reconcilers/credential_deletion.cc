#include "operator/reconcilers/credential_deletion.h"

#include <nlohmann/json.hpp>
#include <set>

#include "api/core/namespace_types.h"
#include "api/core/secret_types.h"
#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/conditions.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "kube/controller/finalizer.h"
#include "operator/issuers/issuer_snapshot.h"
#include "operator/reconcilers/credential_listers.h"
#include "operator/reconcilers/fresh_objects.h"
#include "operator/rotation/delivered_secret.h"
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/status_writer.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using nlohmann::json;
using v1::CredentialRevocation;
using v1::CredentialRotation;
using v1::DeletionPolicy;
using v1::ManagedCredential;

namespace {

using Rotations = kube::Lister<CredentialRotation>;

// apiextensions.k8s.io/v1: of it only metadata counts.
constexpr api::Resource kDefinitions{"apiextensions.k8s.io", "v1", "customresourcedefinitions",
                                     "CustomResourceDefinition", false};
constexpr const char* kOurDefinition = "managedcredentials.keysteward.dev";

Result<bool> IsNamespaceEnding(const Environment& env, const std::string& name,
                               const kube::Call& call) {
  Result<api::core::Namespace> space = Fresh<api::core::Namespace>(env, {"", name}, call);
  if (!space && space.error().code == ErrorCode::kNotFound) return true;
  if (!space) return std::move(space).error();
  return space->metadata.deleting();
}

// Whether the kind or our own namespace is going: nobody asked for this one credential to end.
Result<bool> IsInstallationEnding(const Environment& env, const kube::Call& call) {
  Result<json> definition = env.client.Get(kDefinitions, {"", kOurDefinition}, call);
  if (!definition && definition.error().code == ErrorCode::kNotFound) return true;
  if (!definition) return std::move(definition).error().WithContext("read our kind's definition");
  JsonFields fields(*definition, "");
  if (api::ReadObjectMeta(fields).deleting()) return true;
  return IsNamespaceEnding(env, env.installation.namespace_name, call);
}

Result<bool> IsRetained(const Environment& env, const ManagedCredential& credential,
                        const kube::Call& call) {
  if (credential.spec.deletion_policy == DeletionPolicy::kRetain) return true;
  return IsInstallationEnding(env, call);
}

// The first consumer that may still hold a key, or "".
Result<std::string> UserOf(const Environment& env, const ManagedCredential& credential,
                           const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const std::vector<Consumer> consumers,
                      env.consumers.Fresh(credential.metadata.namespace_name,
                                          {.secret = credential.spec.delivery.secret_name,
                                           .credential = credential.metadata.name,
                                           .include = credential.spec.consumers.include},
                                          call));
  for (const Consumer& consumer : consumers) {
    for (const auto& pod : consumer.pods) {
      if (!IsGone(*pod)) return consumer.kind + " " + consumer.name;
    }
  }
  return std::string();
}

Result<kube::ReconcileResult> WaitInUse(const Environment& env, const ManagedCredential& stored,
                                        const std::string& user, const kube::Call& call) {
  ManagedCredential credential = stored;
  credential.status.observed_generation = credential.metadata.generation;
  api::SetCondition(
      credential.status.conditions,
      {.type = std::string(v1::condition::kReady),
       .status = "False",
       .reason = std::string(v1::reason::kInUse),
       .message = user + " still uses the key. Remove its reference to Secret " +
                  credential.spec.delivery.secret_name + ", or annotate this object with " +
                  v1::kForceDeleteAnnotation + "=" + credential.metadata.uid,
       .observed_generation = credential.metadata.generation},
      env.clock.WallNow());
  KS_RETURN_IF_ERROR(WriteStatus(env.client, stored, credential, call));
  return kube::ReconcileResult::RequeueAfter(std::chrono::seconds(5));
}

// Every generation that may have a key at the provider.
std::set<int64_t> LiveGenerations(
    const ManagedCredential& credential,
    const std::vector<std::shared_ptr<const CredentialRotation>>& all) {
  std::set<int64_t> generations;
  const auto& status = credential.status;
  if (status.current) generations.insert(status.current->generation);
  if (status.previous && MayLive(status.previous->state) &&
      status.previous->state != v1::PreviousState::kKept) {
    generations.insert(status.previous->generation);
  }
  for (const auto& rotation : all) {
    if (!rotation->status.result && rotation->status.generation > 0) {
      generations.insert(rotation->status.generation);
    }
  }
  // Taken by compare-and-swap although its rotation may not have noted it yet.
  if (!status.active_rotation.empty()) generations.insert(status.last_generation);
  return generations;
}

json RevocationManifest(const ManagedCredential& credential, int64_t generation,
                        const StagedKey* staged, const v1::IssuerSnapshot& issuer,
                        const std::string& reason) {
  CredentialRevocation revocation;
  revocation.metadata.name = credential.metadata.uid + "-" + std::to_string(generation);
  revocation.spec.credential = {credential.metadata.namespace_name, credential.metadata.name,
                                credential.metadata.uid};
  revocation.spec.key.generation = generation;
  if (staged != nullptr) {
    revocation.spec.key.id = staged->key_id;
    revocation.spec.staged_secret_name = StagedName(credential.metadata.uid, generation);
  }
  revocation.spec.issuer = issuer;
  revocation.spec.reason = reason;
  json manifest = ToJson(revocation);
  manifest.erase("status");
  return manifest;
}

Result<v1::IssuerSnapshot> SnapshotOf(const Environment& env, const ManagedCredential& credential,
                                      const kube::Call& call) {
  const bool cluster = credential.spec.issuer_ref.kind == v1::IssuerKind::kClusterCredentialIssuer;
  v1::IssuerSnapshot snapshot;
  snapshot.kind = credential.spec.issuer_ref.kind;
  snapshot.namespace_name = cluster ? "" : credential.metadata.namespace_name;
  snapshot.name = credential.spec.issuer_ref.name;
  // The copy in our namespace is found by the name it was made under: the issuer itself may be
  // gone.
  const std::string name = cluster ? snapshot.name : snapshot.namespace_name + "/" + snapshot.name;
  KS_ASSIGN_OR_RETURN(const kube::ObjectList copies,
                      env.client.List(api::KindOf<api::core::Secret>::resource,
                                      {.namespace_name = env.installation.namespace_name,
                                       .label_selector = std::string(kSnapshotLabel) + "=true",
                                       .metadata_only = true},
                                      call));
  for (const json& copy : copies.items) {
    JsonFields fields(copy, "");
    const api::ObjectMeta meta = api::ReadObjectMeta(fields);
    if (meta.Annotation(kSnapshotIssuerAnnotation) != name) continue;
    snapshot.uid = meta.Annotation("keysteward.dev/issuer-uid");
    snapshot.secret_name = meta.name;
  }
  return snapshot;
}

Result<void> WriteRevocations(const Environment& env, const ManagedCredential& credential,
                              const std::set<int64_t>& generations, const std::string& reason,
                              const kube::Call& call) {
  if (generations.empty()) return {};
  KS_ASSIGN_OR_RETURN(const v1::IssuerSnapshot issuer, SnapshotOf(env, credential, call));
  for (const int64_t generation : generations) {
    KS_ASSIGN_OR_RETURN(const std::optional<StagedKey> staged,
                        ReadStaged(env, credential.metadata.uid, generation, call));
    Result<json> created = env.client.Create(
        api::KindOf<CredentialRevocation>::resource,
        RevocationManifest(credential, generation, staged ? &*staged : nullptr, issuer, reason),
        {.field_manager = v1::kFieldManager}, call);
    if (!created && created.error().code != ErrorCode::kAlreadyExists) {
      return std::move(created).error().WithContext("record revocation");
    }
  }
  return {};
}

// Retain: no object answers for the delivered keys from now on, so they are marked first.
Result<void> KeepKeys(const Environment& env, const ManagedCredential& credential,
                      const kube::Call& call) {
  const auto& status = credential.status;
  const std::string& uid = credential.metadata.uid;
  if (status.current) {
    KS_RETURN_IF_ERROR(KeepStaged(env, uid, status.current->generation, call));
  }
  if (!status.previous || !MayLive(status.previous->state)) return {};
  return KeepStaged(env, uid, status.previous->generation, call);
}

// Retain: the Secret must not be collected with its owner.
Result<void> DisownSecret(const Environment& env, const ManagedCredential& credential,
                          const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const DeliveredSecret secret, ReadDelivered(env, credential, call));
  if (!secret.exists || !secret.ours) return {};
  Result<json> patched =
      env.client.Patch(api::KindOf<api::core::Secret>::resource,
                       {credential.metadata.namespace_name, credential.spec.delivery.secret_name},
                       kube::PatchType::kMerge,
                       {{"metadata",
                         {{"uid", secret.uid},
                          {"resourceVersion", secret.resource_version},
                          {"ownerReferences", json::array()}}}},
                       {.field_manager = v1::kFieldManager}, call);
  if (!patched) return std::move(patched).error().WithContext("keep Secret");
  return {};
}

Result<void> ReleaseRotations(const Environment& env,
                              const std::vector<std::shared_ptr<const CredentialRotation>>& all,
                              const kube::Call& call) {
  for (const auto& rotation : all) {
    if (!rotation->metadata.HasFinalizer(v1::kJournalFinalizer)) continue;
    KS_RETURN_IF_ERROR(kube::RemoveFinalizer(env.client, api::KindOf<CredentialRotation>::resource,
                                             rotation->metadata, v1::kJournalFinalizer, call));
  }
  return {};
}

}  // namespace

Result<kube::ReconcileResult> DeleteCredential(const Environment& env,
                                               const ManagedCredential& cached,
                                               const Rotations& rotations, const kube::Call& call) {
  Result<ManagedCredential> fresh = Fresh<ManagedCredential>(env, cached.metadata.key(), call);
  if (!fresh && fresh.error().code == ErrorCode::kNotFound) return kube::ReconcileResult{};
  KS_ASSIGN_OR_RETURN(const ManagedCredential credential, std::move(fresh));
  if (credential.metadata.uid != cached.metadata.uid) return kube::ReconcileResult{};
  const auto all = rotations.ByIndex(kByCredential, credential.metadata.key().ToString());
  KS_ASSIGN_OR_RETURN(const bool retained, IsRetained(env, credential, call));
  if (retained) {
    if (!env.is_leader()) return Error::Unavailable("no longer leader");
    KS_RETURN_IF_ERROR(KeepKeys(env, credential, call));
    KS_RETURN_IF_ERROR(DisownSecret(env, credential, call));
  } else {
    KS_ASSIGN_OR_RETURN(const bool ending,
                        IsNamespaceEnding(env, credential.metadata.namespace_name, call));
    const bool forced =
        credential.metadata.Annotation(v1::kForceDeleteAnnotation) == credential.metadata.uid;
    if (!ending && !forced) {
      KS_ASSIGN_OR_RETURN(const std::string user, UserOf(env, credential, call));
      if (!user.empty()) return WaitInUse(env, credential, user, call);
    }
    if (env.effects_disabled()) return kube::ReconcileResult::RequeueAfter(std::chrono::seconds(5));
    KS_RETURN_IF_ERROR(WriteRevocations(env, credential, LiveGenerations(credential, all),
                                        ending ? "NamespaceDeleted" : "CredentialDeleted", call));
  }
  if (!env.is_leader()) return Error::Unavailable("no longer leader");
  KS_RETURN_IF_ERROR(ReleaseRotations(env, all, call));
  KS_RETURN_IF_ERROR(kube::RemoveFinalizer(env.client, api::KindOf<ManagedCredential>::resource,
                                           credential.metadata, v1::kCredentialFinalizer, call));
  return kube::ReconcileResult{};
}

}  // namespace keysteward::op
