#include "operator/rotation/next_step.h"

#include <algorithm>

#include "api/v1alpha1/conditions.h"
#include "common/duration.h"
#include "operator/rotation/journal.h"

namespace keysteward::op {
namespace {

namespace reason = api::v1alpha1::reason;
using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::OnFailure;
using api::v1alpha1::Revocation;
using api::v1alpha1::RevokeOrder;
using api::v1alpha1::RotationResult;
using api::v1alpha1::RotationStep;
using api::v1alpha1::Urgency;

constexpr Duration kPoll = std::chrono::seconds(1);
constexpr Duration kDebounce = std::chrono::seconds(2);
constexpr Duration kSlowPoll = std::chrono::seconds(5);

const RotationStep* Entry(const ObservedState& state, Step step) {
  return state.rotation.status.FindStep(StepName(step));
}

bool Begun(const ObservedState& state, Step step) { return Entry(state, step) != nullptr; }

bool Done(const ObservedState& state, Step step) {
  const RotationStep* entry = Entry(state, step);
  return entry != nullptr && entry->completed_at.has_value();
}

bool IsEmergency(const ObservedState& state) {
  const auto& rotation = state.rotation;
  return rotation.status.urgency.value_or(rotation.spec.urgency) == Urgency::kEmergency ||
         rotation.spec.cause == Cause::kLeak;
}

bool HasOldKey(const ObservedState& state) { return state.rotation.status.old_key.has_value(); }

bool RevokesFirst(const ObservedState& state) {
  return HasOldKey(state) && state.rotation.spec.revoke == RevokeOrder::kFirst;
}

// The journal of RollBack holds "<reason>: <message>".
bool WentBackFor(const ObservedState& state, std::string_view reason) {
  const RotationStep* back = Entry(state, Step::kRollBack);
  return back != nullptr && back->message.starts_with(std::string(reason) + ": ");
}

Decision Simple(Verb verb, Step step) { return {.verb = verb, .step = step}; }

Decision Wait(Step step, std::string reason, std::string message, Duration after) {
  return {.verb = Verb::kWait,
          .step = step,
          .reason = std::move(reason),
          .message = std::move(message),
          .requeue_after = after};
}

Decision Blocked(Step step, std::string reason, std::string message) {
  Decision decision = Wait(step, std::move(reason), std::move(message), kSlowPoll);
  decision.blocked = true;
  return decision;
}

Decision Complete(Step step, std::string message) {
  Decision decision = Simple(Verb::kComplete, step);
  decision.message = std::move(message);
  return decision;
}

Decision GoBack(Step step, std::string reason, std::string message) {
  return {.verb = Verb::kRollBack,
          .step = step,
          .reason = std::move(reason),
          .message = std::move(message)};
}

// Steps that touch the provider or the cluster; the others only watch.
bool HasEffect(Step step) {
  return step != Step::kVerify && step != Step::kOverlap && step != Step::kQuiet &&
         step != Step::kRecord;
}

// Steps that end or weaken the old key: only behind a gate that holds.
bool HarmsOldKey(const ObservedState& state, Step step) {
  if (Begun(state, Step::kRollBack) || RevokesFirst(state)) return false;
  return step == Step::kDisable || step == Step::kRevoke;
}

// The old key is left alive on purpose: this rotation ends without having begun to end it.
bool KeepsOldKey(const ObservedState& state) {
  return HasOldKey(state) && state.issuer.revokes && !Begun(state, Step::kRollBack) &&
         !Begun(state, Step::kRevoke);
}

void AppendRevocation(const ObservedState& state, std::vector<Step>& plan) {
  const Revocation how = state.credential.spec.revocation;
  // Once begun, ending the old key is finished whatever the spec says now.
  const bool begun = Begun(state, Step::kDisable) || Begun(state, Step::kRevoke);
  if ((how == Revocation::kNone && !begun) || !state.issuer.revokes) return;
  const bool disable = how == Revocation::kDisableThenDelete || Begun(state, Step::kDisable);
  if (disable && state.issuer.disables && !RevokesFirst(state)) {
    plan.push_back(Step::kDisable);
    if (!IsEmergency(state)) plan.push_back(Step::kQuiet);
  }
  plan.push_back(Step::kRevoke);
  if (state.issuer.probes) plan.push_back(Step::kProve);
}

std::vector<Step> RollBackPlan(const ObservedState& state) {
  std::vector<Step> plan = {Step::kRollBack};
  if (WentBackFor(state, reason::kIssueFailed)) return {Step::kRollBack, Step::kRecord};
  if (Begun(state, Step::kDeliver)) plan.push_back(Step::kRollBackRestart);
  if (state.issuer.revokes) {
    plan.push_back(Step::kRevoke);
    if (state.issuer.probes) plan.push_back(Step::kProve);
  }
  plan.push_back(Step::kRecord);
  return plan;
}

// The gate of consumers, for the steps that wait for it or rely on it.
Decision TowardsGate(const ObservedState& state, Step step) {
  const Duration limit = state.credential.spec.rotation.rollout_timeout;
  // Who never saw the new key is no reason to take it from the others.
  const bool against_new_key = state.gate.blocked && SpeaksAgainstNewKey(state.gate.blocked_reason);
  if (against_new_key && state.in_step >= limit && step == Step::kRestart) {
    const bool can_go_back = HasOldKey(state) && !PastPointOfNoReturn(state.rotation);
    if (state.credential.spec.rotation.on_failure == OnFailure::kRollBack && can_go_back) {
      return GoBack(step, state.gate.blocked_reason, state.gate.blocked_message);
    }
    return Blocked(step, state.gate.blocked_reason, state.gate.blocked_message);
  }
  // Other credentials of the same workloads may settle within this time: one restart serves them
  // all.
  if (step == Step::kRestart && state.in_step < kDebounce && !IsEmergency(state)) {
    return Wait(step, "Debouncing", "waiting for other deliveries to the same workloads",
                kDebounce - state.in_step);
  }
  const std::optional<Blockage> blockage = ConsumersBlockedBy(state);
  Decision decision = Simple(Verb::kAct, Step::kRestart);
  decision.reason = blockage ? blockage->reason : "ConsumersWaiting";
  decision.message = blockage ? blockage->message : state.gate.Describe();
  decision.blocked = blockage.has_value();
  decision.requeue_after = kPoll;
  return decision;
}

// What an old key that is neither live nor gone is left as, for the message of a halt; ""
// otherwise.
std::string HalfEndedKey(const ObservedState& state) {
  if (!Done(state, Step::kDisable) || !HasOldKey(state) || Done(state, Step::kRevoke)) return "";
  return "; old key " + state.rotation.status.old_key->id + " stays disabled";
}

// Halts stop before the next effect, also within a step that has begun.
std::optional<Decision> Halted(const ObservedState& state, Step step) {
  if (!HasEffect(step)) return std::nullopt;
  if (state.emergency_disabled) {
    return Blocked(
        step, "EmergencyDisabled",
        "effects are switched off; remove key emergency-disable from ConfigMap keysteward" +
            HalfEndedKey(state));
  }
  if (state.credential.spec.rotation.suspend && state.rotation.spec.cause != Cause::kLeak) {
    return Wait(step, "Suspended",
                "spec.rotation.suspend is true; set it to false to go on" + HalfEndedKey(state),
                kSlowPoll);
  }
  return std::nullopt;
}

// Whether the rotation can still be undone for a stronger request. A key that may have been made
// and cannot be listed must be received first, or nobody could ever end it.
bool MayBeSuperseded(const ObservedState& state, Step step) {
  if (Begun(state, Step::kDeliver) || Begun(state, Step::kRollBack)) return false;
  return step != Step::kIssue || !Begun(state, step) || state.issuer.lists;
}

Decision ToBegin(const ObservedState& state, Step step) {
  if (step == Step::kIssue && !state.parameters_refused.empty()) {
    return Blocked(step, std::string(reason::kInvalidParameters), state.parameters_refused);
  }
  if (step == Step::kDeliver && !state.unhealthy_before.empty()) {
    return Blocked(step, std::string(reason::kUnhealthyBefore), state.unhealthy_before);
  }
  if (HarmsOldKey(state, step) && !state.gate.holds()) return TowardsGate(state, step);
  return Simple(Verb::kBegin, step);
}

Decision OnDeliver(const ObservedState& state) {
  const auto& current = state.credential.status.current;
  const bool standing = state.secret.exists && state.secret.intact && current &&
                        current->generation == state.rotation.status.generation &&
                        state.secret.generation == current->generation;
  if (!standing) return Simple(Verb::kAct, Step::kDeliver);
  if (state.delivered_for < state.secret_staleness) {
    return Wait(Step::kDeliver, "SettlingSecret",
                "waiting " + FormatDuration(state.secret_staleness) +
                    " until every kubelet serves the new Secret",
                state.secret_staleness - state.delivered_for);
  }
  return Complete(Step::kDeliver, "Secret " + state.credential.spec.delivery.secret_name +
                                      " holds the new key as revision " +
                                      std::to_string(state.secret.revision));
}

Decision OnOverlap(const ObservedState& state, WallTime now) {
  if (!state.gate.holds()) return TowardsGate(state, Step::kOverlap);
  const Duration overlap = state.credential.spec.rotation.overlap;
  const RotationStep* entry = Entry(state, Step::kOverlap);
  Duration wall = entry->started_at ? now - *entry->started_at : Duration::zero();
  // A wall clock before the start is wrong and says nothing: it must not hold the overlap for
  // years.
  if (wall < Duration::zero()) wall = state.in_step;
  // Both clocks must agree: a jump of the wall clock never ends an overlap early.
  const Duration passed = std::min({wall, state.in_step, state.gate_held});
  if (passed >= overlap) {
    return Complete(Step::kOverlap, "both keys lived for " + FormatDuration(overlap));
  }
  return Wait(Step::kOverlap, "OverlapRunning",
              "both keys live for another " + FormatDuration(overlap - passed),
              std::min<Duration>(overlap - passed, kSlowPoll));
}

Decision OnQuiet(const ObservedState& state) {
  // Time alone never ends it: the step itself looks once more when the period is over.
  const Duration left =
      std::max<Duration>(state.credential.spec.rotation.quiet - state.in_step, Duration::zero());
  Decision decision = Simple(Verb::kAct, Step::kQuiet);
  decision.reason = "QuietRunning";
  decision.message = "old key disabled, watched for use for another " + FormatDuration(left);
  decision.requeue_after = std::min<Duration>(left, kSlowPoll);
  return decision;
}

Decision OnProbe(const ObservedState& state) {
  const Duration limit = state.credential.spec.verification.timeout;
  // An outage says nothing about the key, so it uses up none of its time.
  if (state.in_step < limit || state.provider_failing) return Simple(Verb::kAct, Step::kProbe);
  return GoBack(Step::kProbe, "NewKeyRefused",
                "the provider did not accept the new key within " + FormatDuration(limit));
}

Decision OnRunning(const ObservedState& state, Step step, WallTime now) {
  switch (step) {
    case Step::kProbe:
      return OnProbe(state);
    case Step::kDeliver:
      return OnDeliver(state);
    case Step::kRestart:
    case Step::kRollBackRestart:
      return state.gate.holds() ? Complete(step, state.gate.Describe()) : TowardsGate(state, step);
    case Step::kVerify:
      return state.gate.holds() ? Simple(Verb::kAct, step) : TowardsGate(state, step);
    case Step::kOverlap:
      return OnOverlap(state, now);
    case Step::kDisable:
      // The intent may be recorded while an old user came back: nothing is disabled past its gate.
      return state.gate.holds() ? Simple(Verb::kAct, step) : TowardsGate(state, step);
    case Step::kQuiet:
      return OnQuiet(state);
    default:
      return Simple(Verb::kAct, step);
  }
}

Decision EndOf(const ObservedState& state) {
  Decision decision = Simple(Verb::kEnd, Step::kRecord);
  const RotationStep* back = Entry(state, Step::kRollBack);
  if (back != nullptr) {
    decision.result = WentBackFor(state, reason::kSuperseded) ? RotationResult::kSuperseded
                      : Begun(state, Step::kDeliver)          ? RotationResult::kRolledBack
                                                              : RotationResult::kFailed;
    decision.message = back->message;
  } else if (!HasOldKey(state)) {
    decision.result = RotationResult::kProven;
    decision.message = "first key delivered";
    if (!state.issuer.probes) {
      decision.result = RotationResult::kCompleted;
      decision.message = "first key delivered; this issuer offers no probe";
    }
  } else if (Done(state, Step::kProve) && Entry(state, Step::kProve)->proof == kRefusedProof) {
    decision.result = RotationResult::kProven;
    decision.message = "old key refused by its provider, every consumer current";
  } else {
    decision.result = RotationResult::kCompleted;
    decision.message = !state.issuer.revokes ? "this issuer has nothing to revoke"
                       : KeepsOldKey(state)  ? "old key " + state.rotation.status.old_key->id +
                                                  " stays alive: spec.revocation is None"
                                            : "refusal of the old key cannot be proven";
  }
  decision.reason = WentBackFor(state, reason::kIssueFailed)
                        ? std::string(reason::kIssueFailed)
                        : std::string(EnumName(decision.result));
  return decision;
}

}  // namespace

std::vector<Step> PlanOf(const ObservedState& state) {
  if (Begun(state, Step::kRollBack)) return RollBackPlan(state);
  std::vector<Step> plan = {Step::kIssue, Step::kStage};
  if (state.issuer.probes) plan.push_back(Step::kProbe);
  plan.push_back(Step::kDeliver);
  if (RevokesFirst(state)) AppendRevocation(state, plan);
  if (HasOldKey(state)) {
    // Pods of a first key started with it or could not start at all.
    plan.push_back(Step::kRestart);
    plan.push_back(Step::kVerify);
    if (!RevokesFirst(state)) {
      if (!IsEmergency(state)) plan.push_back(Step::kOverlap);
      AppendRevocation(state, plan);
    }
  }
  plan.push_back(Step::kRecord);
  return plan;
}

std::optional<Blockage> ConsumersBlockedBy(const ObservedState& state) {
  const GateSummary& gate = state.gate;
  if (gate.blocked) return Blockage{gate.blocked_reason, gate.blocked_message};
  const Duration limit = state.credential.spec.rotation.rollout_timeout;
  if (gate.overdue_reason.empty() || state.without_progress < limit) return std::nullopt;
  return Blockage{gate.overdue_reason,
                  gate.overdue_message + "; no consumer got further for " + FormatDuration(limit)};
}

std::optional<Step> CurrentStep(const ObservedState& state) {
  for (const Step step : PlanOf(state)) {
    if (!Done(state, step)) return step;
  }
  return std::nullopt;
}

std::string OutlookOf(const api::v1alpha1::ManagedCredentialSpec& spec, Step step) {
  switch (step) {
    case Step::kRestart:
    case Step::kRollBackRestart:
      return "workloads that use it restart, a few at a time";
    case Step::kOverlap:
      return "both keys live for " + FormatDuration(spec.rotation.overlap) +
             " (spec.rotation.overlap)";
    case Step::kQuiet:
      return "the disabled key is watched for use for " + FormatDuration(spec.rotation.quiet) +
             " (spec.rotation.quiet)";
    default:
      return "";
  }
}

bool PastPointOfNoReturn(const CredentialRotation& rotation) {
  if (rotation.status.FindStep(StepName(Step::kRollBack)) != nullptr) return false;
  return rotation.status.FindStep(StepName(Step::kDisable)) != nullptr ||
         rotation.status.FindStep(StepName(Step::kRevoke)) != nullptr;
}

Decision NextStep(const ObservedState& state, WallTime now) {
  for (const RotationStep& entry : state.rotation.status.steps) {
    if (!ParseStep(entry.name)) {
      return Blocked(Step::kRecord, "NewerJournal",
                     "the journal holds step " + entry.name +
                         ", written by a newer operator; upgrade this one");
    }
  }
  const std::optional<Step> step = CurrentStep(state);
  if (!step) return EndOf(state);
  if (!state.superseded_by.empty() && MayBeSuperseded(state, *step)) {
    return GoBack(*step, "Superseded", "undone for the stronger request " + state.superseded_by);
  }
  const Decision decision =
      Begun(state, *step) ? OnRunning(state, *step, now) : ToBegin(state, *step);
  if (decision.verb == Verb::kBegin || decision.verb == Verb::kAct) {
    if (const std::optional<Decision> halted = Halted(state, decision.step)) return *halted;
  }
  return decision;
}

}  // namespace keysteward::op
