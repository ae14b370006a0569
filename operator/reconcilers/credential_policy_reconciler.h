// CredentialPolicyReconciler: tells how a CredentialPolicy stands: how many namespaces it selects,
// whether its rules are in use, whether the webhook sees the kinds it names, and what the
// background report found. Admission itself reads policies without it.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "api/core/namespace_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "common/mutex.h"
#include "kube/cache/lister.h"
#include "kube/controller/reconciler.h"
#include "operator/reconcilers/registered_kinds.h"

namespace keysteward::op {

class CredentialPolicyReconciler final : public kube::Reconciler {
 public:
  // Condition Reported of today; nothing before the first report. Empty: there are no reports.
  using Reported = std::function<std::optional<api::Condition>()>;

  // References must outlive the reconciler; `configuration`: the webhook's registration.
  CredentialPolicyReconciler(kube::Client& client, const Clock& clock,
                             kube::Lister<api::v1alpha1::CredentialPolicy> policies,
                             kube::Lister<api::core::Namespace> namespaces,
                             std::string configuration, Reported reported = {})
      : client_(client),
        clock_(clock),
        policies_(policies),
        namespaces_(namespaces),
        configuration_(std::move(configuration)),
        reported_(std::move(reported)) {}

  Result<kube::ReconcileResult> Reconcile(const kube::Request& request,
                                          const kube::Call& call) override;

 private:
  api::Condition ReadyOf(const api::v1alpha1::CredentialPolicy& policy);
  int64_t CountNamespaces(const api::v1alpha1::CredentialPolicy& policy) const;

  kube::Client& client_;
  const Clock& clock_;
  const kube::Lister<api::v1alpha1::CredentialPolicy> policies_;
  const kube::Lister<api::core::Namespace> namespaces_;
  const std::string configuration_;
  const Reported reported_;
  Mutex mutex_;
  std::map<std::string, api::Condition> ready_ GUARDED_BY(mutex_);  // by uid
};

// Condition Ready: InForce, or what is wrong with its rules.
api::Condition PolicyReady(const api::v1alpha1::CredentialPolicy& policy);

}  // namespace keysteward::op
