#include "operator/rotation/rotation_driver.h"

#include <algorithm>

#include "api/v1alpha1/conditions.h"
#include "common/duration.h"
#include "observability/metric_names.h"
#include "operator/rotation/announce.h"
#include "operator/rotation/evidence_log.h"
#include "operator/rotation/journal.h"
#include "operator/rotation/status_writer.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::CredentialRotationStatus;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::RotationResult;
using api::v1alpha1::Urgency;

namespace {

// More decisions than any rotation has steps, so a loop that does not converge ends and requeues.
constexpr int kMaxPasses = 40;
constexpr Duration kFirstRetry = std::chrono::seconds(1);
constexpr Duration kLongestRetry = std::chrono::seconds(30);

bool Refuses(ErrorCode code) {
  return code == ErrorCode::kPermissionDenied || code == ErrorCode::kInvalidArgument ||
         code == ErrorCode::kFailedPrecondition || code == ErrorCode::kUnauthenticated;
}

api::Condition MakeCondition(std::string type, std::string status, std::string reason,
                             std::string message, int64_t generation) {
  return {.type = std::move(type),
          .status = std::move(status),
          .reason = std::move(reason),
          .message = std::move(message),
          .observed_generation = generation};
}

// Everything a rotation is known by, fixed before the provider hears of it.
void StartJournal(const Environment& env, const ManagedCredential& credential,
                  CredentialRotation& rotation) {
  CredentialRotationStatus& status = rotation.status;
  status.generation = credential.status.last_generation;
  status.token = KeyToken(env.installation, credential.metadata.uid, status.generation, 1);
  status.urgency =
      rotation.spec.cause == Cause::kLeak ? Urgency::kEmergency : rotation.spec.urgency;
  if (const auto& current = credential.status.current) {
    status.old_key = api::v1alpha1::OldKey{
        .id = current->key_id, .generation = current->generation, .digest = current->digest};
  }
}

void NoteConsumers(CredentialRotationStatus& status, const GateSummary& gate) {
  status.consumers.total = gate.total;
  status.consumers.current = gate.current;
  status.consumers.details = gate.details;
}

}  // namespace

// What one call of Drive works on.
struct RotationDriver::Pass {
  ManagedCredential& credential;
  CredentialRotation& rotation;
  const std::string& superseded_by;
  const kube::Call& call;
  Issuer& issuer;
  std::optional<Step> fresh_intent;  // begun in this call
  ObservedState state;  // of the decision in hand; its objects become the persisted ones
  std::vector<EvidenceNote> notes;  // to be appended with the next write
};

Result<void> RotationDriver::Persist(Pass& pass) {
  KS_RETURN_IF_ERROR(WriteStatus(env_.client, pass.credential, pass.state.credential, pass.call));
  pass.credential = pass.state.credential;
  KS_RETURN_IF_ERROR(AppendEvidence(env_, pass.credential, pass.state.rotation, pass.notes));
  KS_RETURN_IF_ERROR(WriteStatus(env_.client, pass.rotation, pass.state.rotation, pass.call));
  pass.rotation = pass.state.rotation;
  for (const EvidenceNote& note : pass.notes) {
    if (auto told = AnnouncementOf(note)) Announce(env_, pass.credential, *std::move(told));
  }
  pass.notes.clear();
  return {};
}

Result<std::optional<Progress>> RotationDriver::Begin(Pass& pass, Step step) {
  CredentialRotation& rotation = pass.state.rotation;
  if (step == Step::kIssue) {
    StartJournal(env_, pass.state.credential, rotation);
    if (rotation.status.evidence.empty()) {
      pass.notes.push_back(StartOf(pass.state.credential, rotation));
    }
  }
  if (step == Step::kRevoke) {
    pass.notes.push_back(
        {"IntentRecorded", {{"step", "Revoke"}, {"keyId", CondemnedBy(rotation.status).id}}});
  }
  const WallTime now = env_.clock.WallNow();
  BeginStep(rotation.status, step, now, OutlookOf(pass.state.credential.spec, step));
  rotation.status.observed_generation = rotation.metadata.generation;
  // Told once: the column STEP and the journal say how far it is.
  SetCondition(rotation.status.conditions,
               MakeCondition("Complete", "False", std::string(api::v1alpha1::reason::kRunning),
                             "the rotation runs; its steps are in status.steps",
                             rotation.metadata.generation),
               now);
  api::RemoveCondition(rotation.status.conditions, "Blocked");
  KS_RETURN_IF_ERROR(Persist(pass));
  pass.fresh_intent = step;
  return std::optional<Progress>();
}

Result<std::optional<Progress>> RotationDriver::Complete(Pass& pass, Step step,
                                                         const std::string& message) {
  CredentialRotation& rotation = pass.state.rotation;
  const WallTime now = env_.clock.WallNow();
  if (step == Step::kDeliver) {
    pass.state.credential.status.settled_revision = pass.state.credential.status.revision;
  }
  if (step == Step::kOverlap) pass.notes.push_back({"OverlapEnded", nlohmann::json::object()});
  if (step == Step::kQuiet) pass.notes.push_back({"QuietEnded", nlohmann::json::object()});
  NoteConsumers(rotation.status, pass.state.gate);
  CompleteStep(rotation.status, step, message, now);
  KS_RETURN_IF_ERROR(Persist(pass));
  const auto& entry = *pass.rotation.status.FindStep(StepName(step));
  const double seconds = std::chrono::duration<double>(now - *entry.started_at).count();
  env_.metrics.Observe(kRotationStepDuration, {{"step", std::string(StepName(step))}},
                       std::max(seconds, 0.0));
  env_.logger.Info("rotation step done", {{"rotation", pass.rotation.metadata.key().ToString()},
                                          {"step", StepName(step)},
                                          {"detail", message}});
  ForgetFailures(pass.rotation);
  return std::optional<Progress>();
}

Result<std::optional<Progress>> RotationDriver::GoBack(Pass& pass, const std::string& reason,
                                                       const std::string& message) {
  CredentialRotationStatus& status = pass.state.rotation.status;
  BeginStep(status, Step::kRollBack, env_.clock.WallNow(), reason + ": " + message);
  pass.notes.push_back({"RolledBack", {{"reason", reason}}});
  env_.logger.Warn("rotation goes back", {{"rotation", pass.rotation.metadata.key().ToString()},
                                          {"reason", reason},
                                          {"detail", message}});
  KS_RETURN_IF_ERROR(Persist(pass));
  return std::optional<Progress>();
}

Result<std::optional<Progress>> RotationDriver::End(Pass& pass, const Decision& decision) {
  CredentialRotation& rotation = pass.state.rotation;
  CredentialRotationStatus& status = rotation.status;
  const WallTime now = env_.clock.WallNow();
  const std::string result(EnumName(decision.result));
  const bool good =
      decision.result == RotationResult::kProven || decision.result == RotationResult::kCompleted;
  status.result = decision.result;
  status.step = "";
  if (rotation.metadata.creation_timestamp) {
    status.took = FormatDuration(std::max<Duration>(
        std::chrono::floor<std::chrono::seconds>(now - *rotation.metadata.creation_timestamp),
        Duration::zero()));
  }
  api::RemoveCondition(status.conditions, "Blocked");
  const int64_t generation = rotation.metadata.generation;
  SetCondition(status.conditions,
               MakeCondition("Complete", "True", result, decision.message, generation), now);
  if (!good) {
    SetCondition(status.conditions,
                 MakeCondition("Failed", "True", decision.reason, decision.message, generation),
                 now);
  }
  pass.notes.push_back({"Completed", {{"result", result}}});
  KS_RETURN_IF_ERROR(Persist(pass));
  env_.metrics.Increment(
      kRotations, {{"cause", std::string(EnumName(rotation.spec.cause))}, {"result", result}});
  timers_.Forget(rotation.metadata.uid + "/");
  Announce(env_, pass.credential,
           {.level = good ? kube::EventLevel::kNormal : kube::EventLevel::kWarning,
            .reason = good ? event::kRotationSucceeded : event::kRotationFailed,
            .action = "Rotate",
            .note = rotation.metadata.name + " " + result + ": " + decision.message});
  env_.logger.Info("rotation ended", {{"rotation", rotation.metadata.key().ToString()},
                                      {"result", result},
                                      {"detail", decision.message}});
  return std::optional<Progress>(
      Progress{.finished = true, .reason = result, .message = decision.message});
}

Result<std::optional<Progress>> RotationDriver::Wait(Pass& pass, Progress progress) {
  CredentialRotationStatus& status = pass.state.rotation.status;
  NoteConsumers(status, pass.state.gate);
  const api::Condition* standing = api::FindCondition(status.conditions, "Blocked");
  if (!progress.blocked) {
    api::RemoveCondition(status.conditions, "Blocked");
  } else if (standing == nullptr || standing->reason != progress.reason) {
    // The message of a standing reason is not refreshed: a wait writes nothing.
    SetCondition(status.conditions,
                 MakeCondition("Blocked", "True", progress.reason, progress.message,
                               pass.rotation.metadata.generation),
                 env_.clock.WallNow());
    pass.notes.push_back({"Blocked", {{"reason", progress.reason}}});
  }
  KS_RETURN_IF_ERROR(Persist(pass));
  return std::optional<Progress>(std::move(progress));
}

Result<void> RotationDriver::TellBlocked(CredentialRotation& rotation, const Progress& progress,
                                         const kube::Call& call) {
  const api::Condition* standing = api::FindCondition(rotation.status.conditions, "Blocked");
  if (standing != nullptr && standing->reason == progress.reason) return {};
  CredentialRotation told = rotation;
  SetCondition(told.status.conditions,
               MakeCondition("Blocked", "True", progress.reason, progress.message,
                             rotation.metadata.generation),
               env_.clock.WallNow());
  KS_RETURN_IF_ERROR(WriteStatus(env_.client, rotation, told, call));
  rotation = std::move(told);
  return {};
}

bool RotationDriver::ProviderFails(const CredentialRotation& rotation) const {
  MutexLock lock(mutex_);
  return failures_.contains(rotation.metadata.uid);
}

void RotationDriver::ForgetFailures(const CredentialRotation& rotation) {
  MutexLock lock(mutex_);
  failures_.erase(rotation.metadata.uid);
}

Progress RotationDriver::AfterFailure(const Pass& pass, const Error& error) {
  int failures = 0;
  {
    MutexLock lock(mutex_);
    failures = std::min(++failures_[pass.rotation.metadata.uid], 16);
  }
  Progress progress;
  progress.blocked = Refuses(error.code) || failures >= 5;
  progress.reason = Refuses(error.code) ? "ProviderRefuses" : "ProviderUnavailable";
  progress.message = error.message;
  progress.requeue_after = std::min<Duration>(kFirstRetry * (1 << (failures - 1)), kLongestRetry);
  if (error.retry_after) {
    progress.requeue_after = std::max<Duration>(progress.requeue_after, *error.retry_after);
  }
  env_.logger.Warn("rotation step failed", {{"rotation", pass.rotation.metadata.key().ToString()},
                                            {"step", pass.rotation.status.step},
                                            {"code", ErrorCodeName(error.code)},
                                            {"error", error.message}});
  return progress;
}

Result<std::optional<Progress>> RotationDriver::ActOn(Pass& pass, Step step) {
  StepContext context{.env = env_,
                      .issuer = pass.issuer,
                      .state = pass.state,
                      .call = pass.call,
                      .fresh_intent = pass.fresh_intent == step};
  Result<StepReport> report = Act(step, context);
  pass.fresh_intent.reset();
  pass.notes = std::move(context.notes);
  if (!report) {
    if (report.error().code == ErrorCode::kConflict ||
        report.error().code == ErrorCode::kCancelled) {
      return report.error();
    }
    // The provider may have made a key just now: its list may lag from now on.
    const bool may_lag = step == Step::kIssue && report.error().code != ErrorCode::kUnavailable;
    if (may_lag || step == Step::kProbe) timers_.Reset(StepPhase(pass.rotation, step));
    return Wait(pass, AfterFailure(pass, report.error()));
  }
  if (step == Step::kProbe) ForgetFailures(pass.rotation);
  switch (report->outcome) {
    case StepReport::Outcome::kDone:
      return Complete(pass, step, report->message);
    case StepReport::Outcome::kGoBack:
      return GoBack(pass, report->reason, report->message);
    case StepReport::Outcome::kAgain:
      break;
  }
  if (report->requeue_after > Duration::zero()) {
    return Wait(pass, {.requeue_after = report->requeue_after,
                       .reason = report->reason,
                       .message = report->message,
                       .blocked = report->blocked});
  }
  KS_RETURN_IF_ERROR(Persist(pass));
  // The next attempt of Issue was reserved and persisted just now, so nobody has sent it.
  if (report->reason == "NextAttempt") pass.fresh_intent = step;
  return std::optional<Progress>();
}

Result<std::optional<Progress>> RotationDriver::RunPass(Pass& pass) {
  KS_ASSIGN_OR_RETURN(pass.state,
                      gatherer_.Gather(pass.credential, pass.rotation, pass.issuer, pass.call));
  pass.state.superseded_by = pass.superseded_by;
  pass.state.provider_failing = ProviderFails(pass.rotation);
  const Decision decision = NextStep(pass.state, env_.clock.WallNow());
  switch (decision.verb) {
    case Verb::kBegin:
      return Begin(pass, decision.step);
    case Verb::kAct:
      return ActOn(pass, decision.step);
    case Verb::kComplete:
      return Complete(pass, decision.step, decision.message);
    case Verb::kRollBack:
      return GoBack(pass, decision.reason, decision.message);
    case Verb::kEnd:
      return End(pass, decision);
    case Verb::kWait:
      break;
  }
  return Wait(pass, {.requeue_after = decision.requeue_after,
                     .reason = decision.reason,
                     .message = decision.message,
                     .blocked = decision.blocked});
}

Result<Progress> RotationDriver::Drive(ManagedCredential& credential, CredentialRotation& rotation,
                                       const std::string& superseded_by, const kube::Call& call) {
  Result<std::shared_ptr<Issuer>> issuer =
      env_.issuers.Resolve(credential.metadata.namespace_name, credential.spec.issuer_ref, call);
  if (!issuer) {
    const Progress progress{.requeue_after = std::chrono::seconds(5),
                            .reason = "IssuerNotReady",
                            .message = issuer.error().message,
                            .blocked = true};
    KS_RETURN_IF_ERROR(TellBlocked(rotation, progress, call));
    return progress;
  }
  Pass pass{.credential = credential,
            .rotation = rotation,
            .superseded_by = superseded_by,
            .call = call,
            .issuer = **issuer};
  for (int i = 0; i < kMaxPasses; ++i) {
    if (!env_.is_leader()) return Error::Unavailable("no longer leader");
    KS_ASSIGN_OR_RETURN(std::optional<Progress> progress, RunPass(pass));
    if (progress) return *std::move(progress);
  }
  return Progress{.requeue_after = std::chrono::milliseconds(100), .reason = "GoingOn"};
}

}  // namespace keysteward::op
