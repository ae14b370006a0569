// RotationRequest: CredentialRotation objects as requests: made by the operator when one is due,
// told that they wait, refused when too many, pruned when they are history.
#pragma once

#include "kube/cache/lister.h"
#include "operator/rotation/environment.h"

namespace keysteward::op {

// Creates <credential>-<next generation>, owned by the credential. An object of that name that is
// there already counts as this request.
Result<void> RequestRotation(const Environment& env,
                             const api::v1alpha1::ManagedCredential& credential,
                             api::v1alpha1::Cause cause, const kube::Call& call);

// Complete=False, reason Queued; written once.
Result<void> MarkQueued(const Environment& env, const api::v1alpha1::CredentialRotation& rotation,
                        const std::string& behind, WallTime now, const kube::Call& call);

// Ends a request that never began, with the reason and what to do.
Result<void> Refuse(const Environment& env, const api::v1alpha1::CredentialRotation& rotation,
                    const std::string& waiting, WallTime now, const kube::Call& call);

// Ends a request for a credential that does not exist.
Result<void> RefuseWithoutCredential(const Environment& env,
                                     const api::v1alpha1::CredentialRotation& rotation,
                                     WallTime now, const kube::Call& call);

// Deletes finished rotations but the newest Proven one and the last three.
Result<void> PruneHistory(const Environment& env,
                          const api::v1alpha1::ManagedCredential& credential,
                          const kube::Lister<api::v1alpha1::CredentialRotation>& rotations,
                          const kube::Call& call);

}  // namespace keysteward::op
