#include "operator/reconcilers/credential_rotation_reconciler.h"

#include "api/v1alpha1/annotations.h"
#include "kube/controller/finalizer.h"
#include "operator/reconcilers/fresh_objects.h"
#include "operator/reconcilers/rotation_request.h"

namespace keysteward::op {

using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;

namespace {

// A credential applied in the same breath as its first request may be seen a moment later.
constexpr Duration kGrace = std::chrono::seconds(30);

}  // namespace

Result<kube::ReconcileResult> CredentialRotationReconciler::Reconcile(const kube::Request& request,
                                                                      const kube::Call& call) {
  const auto rotation = listers_.rotations.Get(request);
  if (rotation == nullptr) return kube::ReconcileResult{};
  const api::ObjectKey owner{request.namespace_name, rotation->spec.credential_name};
  if (listers_.credentials.Get(owner) != nullptr) return kube::ReconcileResult{};
  Result<ManagedCredential> fresh = Fresh<ManagedCredential>(env_, owner, call);
  if (fresh) return kube::ReconcileResult{};
  if (fresh.error().code != ErrorCode::kNotFound) return std::move(fresh).error();
  if (rotation->metadata.HasFinalizer(api::v1alpha1::kJournalFinalizer)) {
    // Its keys were handed to CredentialRevocations when the credential went.
    KS_RETURN_IF_ERROR(kube::RemoveFinalizer(env_.client, api::KindOf<CredentialRotation>::resource,
                                             rotation->metadata, api::v1alpha1::kJournalFinalizer,
                                             call));
    return kube::ReconcileResult{};
  }
  if (rotation->status.result || rotation->metadata.deleting()) return kube::ReconcileResult{};
  const WallTime now = env_.clock.WallNow();
  const WallTime created = rotation->metadata.creation_timestamp.value_or(WallTime{});
  if (now - created < kGrace) return kube::ReconcileResult::RequeueAfter(kGrace - (now - created));
  KS_RETURN_IF_ERROR(RefuseWithoutCredential(env_, *rotation, now, call));
  return kube::ReconcileResult{};
}

}  // namespace keysteward::op
