#include "operator/sweeper/sweeper.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "operator/issuers/issuer_snapshot.h"
#include "operator/rotation/harmful_call.h"
#include "operator/rotation/staged_secret.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;

namespace {

std::string IssuerName(const v1::ManagedCredential& credential) {
  const bool cluster = credential.spec.issuer_ref.kind == v1::IssuerKind::kClusterCredentialIssuer;
  return (cluster ? std::string("cluster") : credential.metadata.namespace_name) + "/" +
         credential.spec.issuer_ref.name;
}

void Claim(const v1::ManagedCredential& credential, Claims& claims) {
  const auto& status = credential.status;
  if (status.current) claims.key_ids.insert(status.current->key_id);
  if (status.previous && status.previous->state != v1::PreviousState::kRevoked) {
    claims.key_ids.insert(status.previous->key_id);
  }
  if (!status.active_rotation.empty()) {
    claims.generations.insert({credential.metadata.uid, status.last_generation});
  }
}

void Claim(const v1::CredentialRotation& rotation, Claims& claims) {
  if (rotation.status.result) return;
  if (rotation.status.new_key) claims.key_ids.insert(rotation.status.new_key->id);
  if (rotation.status.old_key) claims.key_ids.insert(rotation.status.old_key->id);
}

// A revocation that is over answers for nothing: what shows up later under its label is a stray.
void Claim(const v1::CredentialRevocation& revocation, Claims& claims) {
  if (revocation.status.state == v1::RevocationState::kRevoked) return;
  claims.generations.insert({revocation.spec.credential.uid, revocation.spec.key.generation});
}

template <typename T>
Result<void> ClaimListed(kube::Client& client, const kube::Call& call, Claims& claims) {
  KS_ASSIGN_OR_RETURN(const kube::ObjectList list, client.List(api::KindOf<T>::resource, {}, call));
  for (const nlohmann::json& item : list.items) {
    KS_ASSIGN_OR_RETURN(const T object, api::Decode<T>(item));
    Claim(object, claims);
  }
  return {};
}

}  // namespace

Result<void> Sweeper::ClaimKept(const kube::Call& call, Claims& claims) const {
  KS_ASSIGN_OR_RETURN(const std::vector<StagedEntry> kept,
                      ListStaged(env_, StagedChoice::kKept, call));
  for (const StagedEntry& entry : kept) {
    claims.generations.insert({entry.credential_uid, entry.generation});
  }
  return {};
}

Result<Claims> Sweeper::GatherClaims(const kube::Call& call) const {
  Claims claims;
  KS_RETURN_IF_ERROR(ClaimKept(call, claims));
  for (const auto& credential : listers_.credentials.List()) Claim(*credential, claims);
  for (const auto& rotation : listers_.rotations.List()) Claim(*rotation, claims);
  for (const auto& revocation : revocations_.List()) Claim(*revocation, claims);
  return claims;
}

Result<Claims> Sweeper::FreshClaims(const kube::Call& call) const {
  Claims claims;
  KS_RETURN_IF_ERROR(ClaimListed<v1::ManagedCredential>(env_.client, call, claims));
  KS_RETURN_IF_ERROR(ClaimListed<v1::CredentialRotation>(env_.client, call, claims));
  KS_RETURN_IF_ERROR(ClaimListed<v1::CredentialRevocation>(env_.client, call, claims));
  // Last: the mark is set before the object that answered for the key goes.
  KS_RETURN_IF_ERROR(ClaimKept(call, claims));
  return claims;
}

void Sweeper::EndOrphan(const std::string& name, const ListedKey& key, Issuer& issuer,
                        const kube::Call& call) {
  const Result<Claims> claims = FreshClaims(call);
  if (!claims) {
    env_.logger.Warn("orphan key kept",
                     {{"issuer", name}, {"keyId", key.id}, {"error", claims.error().message}});
    return;
  }
  if (FindOrphans({key}, env_.installation.id, *claims).empty()) return;
  if (env_.effects_disabled()) return;
  const Result<kube::Call> bounded = HarmfulCall(env_, call);
  if (!bounded) return;
  const Result<void> deleted = issuer.Delete(key.id, *bounded);
  env_.logger.Warn("orphan key ended", {{"issuer", name},
                                        {"keyId", key.id},
                                        {"label", key.label},
                                        {"error", deleted ? "" : deleted.error().message}});
}

void Sweeper::SweepIssuer(const std::string& name, Issuer& issuer, const Claims& claims,
                          const kube::Call& call) {
  if (!issuer.capabilities().lists || !issuer.capabilities().revokes) return;
  const Result<std::vector<ListedKey>> listed =
      issuer.List("keysteward/" + env_.installation.id + "/", call);
  if (!listed) {
    env_.logger.Warn("sweep failed", {{"issuer", name}, {"error", listed.error().message}});
    return;
  }
  const Duration sure = std::max(orphan_age_, issuer.capabilities().consistency_window);
  const MonoTime now = env_.clock.MonoNow();
  std::set<std::string> seen;
  for (const ListedKey& key : FindOrphans(*listed, env_.installation.id, claims)) {
    const std::string id = name + "|" + key.id;
    seen.insert(id);
    const auto [entry, fresh] = first_seen_.try_emplace(id, now);
    if (now - entry->second < sure) continue;
    EndOrphan(name, key, issuer, call);
  }
  std::erase_if(first_seen_, [&](const auto& entry) {
    return entry.first.starts_with(name + "|") && !seen.contains(entry.first);
  });
}

void Sweeper::SweepSnapshots(const kube::Call& call) {
  const api::Resource& secrets = api::KindOf<api::core::Secret>::resource;
  const Result<kube::ObjectList> copies =
      env_.client.List(secrets,
                       {.namespace_name = env_.installation.namespace_name,
                        .label_selector = std::string(kSnapshotLabel) + "=true",
                        .metadata_only = true},
                       call);
  if (!copies) {
    env_.logger.Warn("copies of issuers not swept", {{"error", copies.error().message}});
    return;
  }
  std::set<std::string> issuers;
  for (const auto& credential : listers_.credentials.List()) {
    const bool cluster =
        credential->spec.issuer_ref.kind == v1::IssuerKind::kClusterCredentialIssuer;
    issuers.insert(cluster ? credential->spec.issuer_ref.name
                           : credential->metadata.namespace_name + "/" +
                                 credential->spec.issuer_ref.name);
  }
  std::set<std::string> needed;
  for (const auto& revocation : revocations_.List()) {
    if (revocation->status.state != v1::RevocationState::kRevoked) {
      needed.insert(revocation->spec.issuer.secret_name);
    }
  }
  const MonoTime now = env_.clock.MonoNow();
  for (const nlohmann::json& item : copies->items) {
    JsonFields fields(item, "");
    const api::ObjectMeta meta = api::ReadObjectMeta(fields);
    const std::string id = "snapshot|" + meta.uid;
    if (issuers.contains(meta.Annotation(kSnapshotIssuerAnnotation)) ||
        needed.contains(meta.name)) {
      first_seen_.erase(id);
      continue;
    }
    // A credential may leave one cache before its revocation enters another.
    const auto [entry, fresh] = first_seen_.try_emplace(id, now);
    if (now - entry->second < orphan_age_ || !env_.is_leader()) continue;
    const Result<void> deleted = env_.client.Delete(
        secrets, meta.key(), {.uid = meta.uid, .resource_version = meta.resource_version}, call);
    if (!deleted && deleted.error().code != ErrorCode::kNotFound) {
      env_.logger.Warn("copy of issuer not dropped",
                       {{"secret", meta.key().ToString()}, {"error", deleted.error().message}});
    }
  }
}

void Sweeper::MarkOlderKeys(const kube::Call& call) {
  const Result<size_t> made = MarkStaged(env_, call);
  marked_ = made.has_value();
  if (made && *made > 0) env_.logger.Info("staged keys marked", {{"keys", *made}});
  if (made || made.error().code == ErrorCode::kCancelled) return;
  env_.logger.Warn("staged keys not marked", {{"error", made.error().message}});
}

void Sweeper::Sweep(const kube::Call& call) {
  if (!marked_ && !env_.effects_disabled()) MarkOlderKeys(call);
  const Result<Claims> claims = GatherClaims(call);
  if (!claims) env_.logger.Warn("orphans not looked for", {{"error", claims.error().message}});
  std::set<std::string> done;
  for (const auto& credential : listers_.credentials.List()) {
    const std::string name = IssuerName(*credential);
    if (!claims || !done.insert(name).second) continue;
    Result<std::shared_ptr<Issuer>> issuer = env_.issuers.Resolve(
        credential->metadata.namespace_name, credential->spec.issuer_ref, call);
    if (issuer) SweepIssuer(name, **issuer, *claims, call);
    if (call.stop.stop_requested()) return;
  }
  if (!env_.effects_disabled()) SweepSnapshots(call);
}

}  // namespace keysteward::op
