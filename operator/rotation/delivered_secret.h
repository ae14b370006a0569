// DeliveredSecret: the Secret that consumers read, created and owned by its ManagedCredential.
//
// Created by POST, so a Secret that is already there is never adopted; changed by server-side apply
// guarded by uid and resourceVersion. Each write is a new revision, noted in an annotation, so the
// Secret itself says which key and which delivery it holds.
//
// A keyed digest over entries, generation and the spec of delivery stands in an annotation: whoever
// edits the Secret cannot make it match, so drift is seen without reading the staged value.
//
//   KS_ASSIGN_OR_RETURN(DeliveredSecret now, ReadDelivered(env, credential, call));
//   KS_ASSIGN_OR_RETURN(int64_t revision, WriteDelivered(env, credential, staged, now, call));
#pragma once

#include <map>
#include <string>

#include "api/core/secret_types.h"
#include "operator/rotation/observed_state.h"
#include "operator/rotation/staged_secret.h"

namespace keysteward::op {

// The entries of the Secret for that key: ${key} ${keyId} ${expiresAt} ${param.NAME} filled in.
// kInvalidArgument names an entry with another placeholder.
Result<std::map<std::string, SecretBytes>> RenderEntries(
    const api::v1alpha1::ManagedCredential& credential, const StagedKey& staged);

// A consistent read.
Result<DeliveredSecret> ReadDelivered(const Environment& env,
                                      const api::v1alpha1::ManagedCredential& credential,
                                      const kube::Call& call);

// What a Secret, as read or cached, is to the credential.
DeliveredSecret JudgeDelivered(const Installation& installation,
                               const api::v1alpha1::ManagedCredential& credential,
                               const api::core::Secret& secret);

// Writes the key as the next revision and returns that. `now` is what ReadDelivered saw; a Secret
// that changed since is kConflict, one that is not ours is kFailedPrecondition with the way out.
Result<int64_t> WriteDelivered(const Environment& env,
                               const api::v1alpha1::ManagedCredential& credential,
                               const StagedKey& staged, const DeliveredSecret& now,
                               const kube::Call& call);

// The same under a given revision, for the repair of a Secret that others changed.
Result<void> RewriteDelivered(const Environment& env,
                              const api::v1alpha1::ManagedCredential& credential,
                              const StagedKey& staged, const DeliveredSecret& now, int64_t revision,
                              const kube::Call& call);

// When the delivered key ends: its provider's own end, or issuedAt + spec.lifetime if sooner.
std::optional<WallTime> ExpiryOf(const api::v1alpha1::ManagedCredential& credential,
                                 const StagedKey& staged);

}  // namespace keysteward::op
