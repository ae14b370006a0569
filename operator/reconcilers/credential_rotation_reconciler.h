// CredentialRotationReconciler: answers requests that no ManagedCredential will answer: the
// credential does not exist, or its own is gone. Requests of an existing credential are run by its
// reconciler.
#pragma once

#include "kube/controller/reconciler.h"
#include "operator/reconcilers/credential_listers.h"
#include "operator/rotation/environment.h"

namespace keysteward::op {

class CredentialRotationReconciler final : public kube::Reconciler {
 public:
  CredentialRotationReconciler(const Environment& env, CredentialListers listers)
      : env_(env), listers_(std::move(listers)) {}

  Result<kube::ReconcileResult> Reconcile(const kube::Request& request,
                                          const kube::Call& call) override;

 private:
  const Environment& env_;
  const CredentialListers listers_;
};

}  // namespace keysteward::op
