#include "operator/reconcilers/managed_credential_reconciler.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/conditions.h"
#include "kube/controller/finalizer.h"
#include "operator/reconcilers/due_rotation.h"
#include "operator/reconcilers/fresh_objects.h"
#include "operator/reconcilers/rotation_request.h"
#include "operator/rotation/announce.h"
#include "operator/rotation/delivered_secret.h"
#include "operator/rotation/evidence_log.h"
#include "operator/rotation/journal.h"
#include "operator/rotation/status_writer.h"
#include "operator/rotation/steps/delivery.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using v1::CredentialRotation;
using v1::ManagedCredential;

namespace {

constexpr Duration kLongestRest = std::chrono::hours(1);

void Sooner(Duration& next, Duration candidate) {
  next = std::min(next, std::max<Duration>(candidate, std::chrono::milliseconds(10)));
}

}  // namespace

struct ManagedCredentialReconciler::Work {
  ManagedCredential stored;
  ManagedCredential credential;
  CredentialView view;
  const kube::Call& call;
  Duration next = kLongestRest;  // when to look again
  bool rotation_writes = false;  // the running rotation writes the Secret, or nobody looked yet

  const kube::Request key() const { return credential.metadata.key(); }
  WallTime Now(const Environment& env) const { return env.clock.WallNow(); }
};

ManagedCredentialReconciler::ManagedCredentialReconciler(const Environment& env,
                                                         CredentialListers listers,
                                                         PhaseTimers& timers)
    : env_(env),
      listers_(std::move(listers)),
      timers_(timers),
      driver_(env, timers),
      key_watch_(env, timers),
      secret_repair_(env, timers),
      metrics_(env.metrics) {}

Result<kube::ReconcileResult> ManagedCredentialReconciler::Reconcile(const kube::Request& request,
                                                                     const kube::Call& call) {
  const auto cached = listers_.credentials.Get(request);
  if (cached == nullptr) {
    metrics_.Forget(request);
    secret_repair_.Forget(request);
    return kube::ReconcileResult{};
  }
  switch (kube::NextFinalizerStep(cached->metadata, v1::kCredentialFinalizer)) {
    case kube::FinalizerStep::kAdd:
      KS_RETURN_IF_ERROR(kube::AddFinalizer(env_.client, api::KindOf<ManagedCredential>::resource,
                                            cached->metadata, v1::kCredentialFinalizer, call));
      return kube::ReconcileResult{};
    case kube::FinalizerStep::kCleanUp:
      return DeleteCredential(env_, *cached, listers_.rotations, call);
    case kube::FinalizerStep::kNothing:
      return kube::ReconcileResult{};
    case kube::FinalizerStep::kReconcile:
      break;
  }
  Work work{.stored = *cached, .credential = *cached, .call = call};
  KS_RETURN_IF_ERROR(RunRotations(work));
  KS_RETURN_IF_ERROR(RepairSecret(work));
  Settle(work);
  work.view.gate = CachedGate(env_, work.credential);
  Summarise(work.credential, work.view, work.Now(env_));
  KS_RETURN_IF_ERROR(Save(work));
  metrics_.Report(work.credential, work.Now(env_));
  return kube::ReconcileResult::RequeueAfter(work.next);
}

Result<void> ManagedCredentialReconciler::Save(Work& work) {
  KS_RETURN_IF_ERROR(WriteStatus(env_.client, work.stored, work.credential, work.call));
  work.stored = work.credential;
  return {};
}

Result<void> ManagedCredentialReconciler::RunRotations(Work& work) {
  const std::string index = work.key().ToString();
  std::vector<RotationPtr> unfinished;
  for (const RotationPtr& rotation : listers_.rotations.ByIndex(kByCredential, index)) {
    if (!rotation->status.result) unfinished.push_back(rotation);
  }
  const std::string& active = work.credential.status.active_rotation;
  const QueuePlan plan = PlanQueue(std::move(unfinished), active);
  KS_RETURN_IF_ERROR(AnswerWaiting(work, plan));
  work.rotation_writes = !active.empty() || plan.next != nullptr;
  if (!active.empty()) return DriveActive(work, plan);
  if (plan.next != nullptr) return Activate(work, plan.next);
  return RequestDueRotation(work);
}

Result<void> ManagedCredentialReconciler::RequestDueRotation(Work& work) {
  auto& status = work.credential.status;
  const WallTime now = work.Now(env_);
  if (status.current) {
    const KeyHealth health = key_watch_.Look(work.credential, work.call);
    work.view.key_refused = health.refused;
    Sooner(work.next, health.next_look);
  }
  std::optional<DueRotation> due = NextRotation(work.credential, now);
  if (work.view.key_refused) {
    due = DueRotation{now, v1::Cause::kDrift};
    Announce(env_, work.credential,
             {.level = kube::EventLevel::kWarning,
              .reason = event::kKeyRefused,
              .action = "Probe",
              .note = "the provider refuses the delivered key " + status.current->key_id});
  }
  status.next_rotation_time.reset();
  if (!due) return {};
  if (due->at > now) {
    status.next_rotation_time = std::chrono::floor<std::chrono::seconds>(due->at);
    Sooner(work.next, due->at - now);
    return {};
  }
  if (work.credential.spec.rotation.suspend || env_.effects_disabled()) {
    Sooner(work.next, std::chrono::seconds(5));
    return {};
  }
  if (listers_.secrets.Get(
          {work.key().namespace_name, work.credential.spec.delivery.secret_name}) == nullptr &&
      !status.current) {
    // A foreign Secret of that name is not in the cache of managed ones: refused before any key
    // exists.
    KS_ASSIGN_OR_RETURN(const DeliveredSecret found,
                        ReadDelivered(env_, work.credential, work.call));
    work.view.secret_foreign = found.exists && !found.ours;
    if (work.view.secret_foreign) {
      Sooner(work.next, std::chrono::seconds(30));
      return {};
    }
  }
  KS_RETURN_IF_ERROR(RequestRotation(env_, work.credential, due->cause, work.call));
  // The new request comes back as an event.
  return {};
}

Result<void> ManagedCredentialReconciler::Activate(Work& work, const RotationPtr& rotation) {
  KS_ASSIGN_OR_RETURN(work.credential, Fresh<ManagedCredential>(env_, work.key(), work.call));
  work.stored = work.credential;
  if (!work.credential.status.active_rotation.empty()) return {};
  if (!rotation->metadata.HasFinalizer(v1::kJournalFinalizer)) {
    KS_RETURN_IF_ERROR(kube::AddFinalizer(env_.client, api::KindOf<CredentialRotation>::resource,
                                          rotation->metadata, v1::kJournalFinalizer, work.call));
  }
  // One compare-and-swap takes the next generation and the only place to run in.
  ++work.credential.status.last_generation;
  work.credential.status.active_rotation = rotation->metadata.name;
  work.credential.status.next_rotation_time.reset();
  KS_RETURN_IF_ERROR(Save(work));
  return DriveActive(work, {.active = rotation});
}

Result<void> ManagedCredentialReconciler::DriveActive(Work& work, const QueuePlan& plan) {
  const std::string name = work.credential.status.active_rotation;
  KS_ASSIGN_OR_RETURN(work.credential, Fresh<ManagedCredential>(env_, work.key(), work.call));
  work.stored = work.credential;
  if (work.credential.status.active_rotation != name) {
    return Error::Conflict("the active rotation changed");
  }
  Result<CredentialRotation> rotation =
      Fresh<CredentialRotation>(env_, {work.key().namespace_name, name}, work.call);
  if (!rotation && rotation.error().code == ErrorCode::kNotFound) {
    // Deleted by force: its journal is gone; the sweeper ends what it left at the provider.
    work.credential.status.active_rotation.clear();
    return Save(work);
  }
  if (!rotation) return std::move(rotation).error();
  if (rotation->status.result) return Finish(work, *std::move(rotation));
  if (plan.escalate && rotation->status.urgency != v1::Urgency::kEmergency) {
    const CredentialRotation before = *rotation;
    rotation->status.urgency = v1::Urgency::kEmergency;
    KS_RETURN_IF_ERROR(AppendEvidence(
        env_, work.credential, *rotation,
        {{"ForcedAction", {{"urgency", "Emergency"}, {"for", plan.next->metadata.name}}}}));
    KS_RETURN_IF_ERROR(WriteStatus(env_.client, before, *rotation, work.call));
  }
  Result<Progress> progress =
      driver_.Drive(work.credential, *rotation, plan.superseded_by, work.call);
  work.stored = work.credential;
  if (!progress) return std::move(progress).error();
  if (progress->finished) return Finish(work, *std::move(rotation));
  work.view.rotating = RotatingView{.rotation = name,
                                    .step = rotation->status.step,
                                    .reason = progress->reason,
                                    .message = progress->message,
                                    .blocked = progress->blocked};
  work.rotation_writes = WritesSecret(rotation->status);
  Sooner(work.next, progress->requeue_after);
  return {};
}

Result<void> ManagedCredentialReconciler::Finish(Work& work, CredentialRotation rotation) {
  KS_ASSIGN_OR_RETURN(work.credential.status.evidence,
                      SealEvidence(env_, work.credential, rotation));
  SummariseResult(work.credential, rotation, work.Now(env_));
  work.credential.status.active_rotation.clear();
  work.view.rotating.reset();
  work.rotation_writes = false;
  KS_RETURN_IF_ERROR(Save(work));
  if (rotation.metadata.HasFinalizer(v1::kJournalFinalizer)) {
    KS_RETURN_IF_ERROR(kube::RemoveFinalizer(env_.client, api::KindOf<CredentialRotation>::resource,
                                             rotation.metadata, v1::kJournalFinalizer, work.call));
  }
  KS_RETURN_IF_ERROR(PruneHistory(env_, work.credential, listers_.rotations, work.call));
  Sooner(work.next, std::chrono::milliseconds(10));
  return {};
}

Result<void> ManagedCredentialReconciler::AnswerWaiting(Work& work, const QueuePlan& plan) {
  const WallTime now = work.Now(env_);
  if (plan.next != nullptr && !work.credential.status.active_rotation.empty()) {
    KS_RETURN_IF_ERROR(
        MarkQueued(env_, *plan.next, work.credential.status.active_rotation, now, work.call));
  }
  for (const RotationPtr& rotation : plan.refused) {
    KS_RETURN_IF_ERROR(Refuse(env_, *rotation, plan.next->metadata.name, now, work.call));
  }
  return {};
}

Result<void> ManagedCredentialReconciler::RepairSecret(Work& work) {
  const auto& status = work.credential.status;
  if (!status.current) return {};
  // The writer of the Secret looks after it; events of its writing may be on the way.
  work.view.secret_intact = work.rotation_writes;
  if (work.rotation_writes) return {};
  const auto cached =
      listers_.secrets.Get({work.key().namespace_name, work.credential.spec.delivery.secret_name});
  KS_ASSIGN_OR_RETURN(const RepairReport report,
                      secret_repair_.Keep(work.credential, cached.get(), work.call));
  work.view.secret_intact = report.intact;
  work.view.secret_foreign = report.foreign;
  if (report.next) Sooner(work.next, *report.next);
  return {};
}

void ManagedCredentialReconciler::Settle(Work& work) {
  auto& status = work.credential.status;
  if (work.rotation_writes || status.settled_revision >= status.revision) return;
  const Duration standing = timers_.Elapsed(work.credential.metadata.uid + "/revision-" +
                                            std::to_string(status.revision));
  if (standing >= env_.installation.secret_staleness) {
    status.settled_revision = status.revision;
  } else {
    Sooner(work.next, env_.installation.secret_staleness - standing);
  }
}

}  // namespace keysteward::op
