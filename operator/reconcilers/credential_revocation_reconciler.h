// CredentialRevocationReconciler: ends a key whose credential is gone, out of the copies in our own
// namespace, for as long as it takes.
//
// Deletes by id, or by label when the id was never read, then asks the provider with the value
// until it refuses. Each try is counted; pauses grow to five minutes and never end.
#pragma once

#include "api/v1alpha1/credential_revocation_types.h"
#include "kube/cache/lister.h"
#include "kube/controller/reconciler.h"
#include "operator/issuers/cluster_issuer_resolver.h"
#include "operator/rotation/environment.h"

namespace keysteward::op {

class CredentialRevocationReconciler final : public kube::Reconciler {
 public:
  CredentialRevocationReconciler(const Environment& env,
                                 kube::Lister<api::v1alpha1::CredentialRevocation> revocations,
                                 const ClusterIssuerResolver& resolver)
      : env_(env), revocations_(revocations), resolver_(resolver) {}

  Result<kube::ReconcileResult> Reconcile(const kube::Request& request,
                                          const kube::Call& call) override;

 private:
  // Nothing = the key is dead; otherwise what was met.
  Result<void> TryRevoke(const api::v1alpha1::CredentialRevocation& revocation,
                         const kube::Call& call) const;
  Result<void> DeleteKeys(const api::v1alpha1::CredentialRevocation& revocation, Issuer& issuer,
                          const kube::Call& call) const;

  const Environment& env_;
  const kube::Lister<api::v1alpha1::CredentialRevocation> revocations_;
  const ClusterIssuerResolver& resolver_;
};

}  // namespace keysteward::op
