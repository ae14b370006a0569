// ManagedCredentialReconciler: brings one credential to its declared state.
//
//   deleted?  → credential_deletion
//   finalizer → queue of requests → finish / activate / drive the rotation → repair the Secret
//             → try the delivered key now and then → conditions
//
// At rest it reads only the cache and writes nothing. As soon as there is something to do it works
// on objects read from the server.
#pragma once

#include <memory>
#include <string>

#include "kube/controller/reconciler.h"
#include "operator/reconcilers/credential_deletion.h"
#include "operator/reconcilers/credential_listers.h"
#include "operator/reconcilers/credential_metrics.h"
#include "operator/reconcilers/key_watch.h"
#include "operator/reconcilers/rotation_queue.h"
#include "operator/reconcilers/secret_repair.h"
#include "operator/reconcilers/status_summary.h"
#include "operator/rotation/rotation_driver.h"

namespace keysteward::op {

class ManagedCredentialReconciler final : public kube::Reconciler {
 public:
  ManagedCredentialReconciler(const Environment& env, CredentialListers listers,
                              PhaseTimers& timers);

  Result<kube::ReconcileResult> Reconcile(const kube::Request& request,
                                          const kube::Call& call) override;

 private:
  // One reconcile in hand: `stored` is what the server has, `credential` what it should get.
  struct Work;

  Result<void> RunRotations(Work& work);
  Result<void> RequestDueRotation(Work& work);
  Result<void> Activate(Work& work, const RotationPtr& rotation);
  Result<void> DriveActive(Work& work, const QueuePlan& plan);
  Result<void> Finish(Work& work, api::v1alpha1::CredentialRotation rotation);
  Result<void> AnswerWaiting(Work& work, const QueuePlan& plan);
  Result<void> RepairSecret(Work& work);
  void Settle(Work& work);
  Result<void> Save(Work& work);

  const Environment& env_;
  const CredentialListers listers_;
  PhaseTimers& timers_;
  RotationDriver driver_;
  KeyWatch key_watch_;
  SecretRepair secret_repair_;
  CredentialMetrics metrics_;
};

}  // namespace keysteward::op
