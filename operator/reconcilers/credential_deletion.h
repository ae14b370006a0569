// CredentialDeletion: the end of a ManagedCredential, which always comes or says why not.
//
// Revoke: waits until no pod uses a key of it (condition Ready False, reason InUse), except in a
// namespace that is being deleted or with the force annotation; every key that may live becomes a
// CredentialRevocation before the finalizer goes. Retain: key and Secret stay, without an owner; so
// too, whatever the policy says, when all is taken away at once: the kind itself or our own
// namespace is being deleted, and nobody would be left to end keys and to prove it.
#pragma once

#include "kube/cache/lister.h"
#include "kube/controller/reconciler.h"
#include "operator/rotation/environment.h"

namespace keysteward::op {

Result<kube::ReconcileResult> DeleteCredential(
    const Environment& env, const api::v1alpha1::ManagedCredential& credential,
    const kube::Lister<api::v1alpha1::CredentialRotation>& rotations, const kube::Call& call);

}  // namespace keysteward::op
