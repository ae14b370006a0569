// IssuerReconciler: condition Ready of CredentialIssuer and ClusterCredentialIssuer: every rule
// holds and the admin credential was accepted by a harmless call. One template for both kinds.
#pragma once

#include "kube/cache/lister.h"
#include "kube/controller/reconciler.h"
#include "operator/issuers/cluster_issuer_resolver.h"
#include "operator/rotation/environment.h"

namespace keysteward::op {

template <typename T>
class IssuerReconciler final : public kube::Reconciler {
 public:
  // `countable`: ManagedCredentials, for status.credentials.
  IssuerReconciler(const Environment& env, kube::Lister<T> issuers,
                   kube::Lister<api::v1alpha1::ManagedCredential> countable,
                   ClusterIssuerResolver& resolver, const IssuerFactory& factory)
      : env_(env),
        issuers_(issuers),
        countable_(countable),
        resolver_(resolver),
        factory_(factory) {}

  Result<kube::ReconcileResult> Reconcile(const kube::Request& request,
                                          const kube::Call& call) override;

 private:
  const Environment& env_;
  const kube::Lister<T> issuers_;
  const kube::Lister<api::v1alpha1::ManagedCredential> countable_;
  ClusterIssuerResolver& resolver_;
  const IssuerFactory& factory_;
};

// Condition Ready of an issuer after its check: True, or False with the reason in front of the
// error's message ("HostNotAllowed: …"), or ProviderUnreachable / AdminRefused.
api::Condition IssuerReady(const Result<void>& check, bool self_contained, int64_t generation);

}  // namespace keysteward::op
