// NextStep: the rule book of a rotation. A pure function of what was observed; acting is elsewhere.
//
//   const Decision decision = NextStep(state, clock.WallNow());
//   decision.verb == Verb::kAct && decision.step == Step::kDeliver
#pragma once

#include <string>
#include <vector>

#include "api/v1alpha1/credential_rotation_enums.h"
#include "common/clock.h"
#include "operator/rotation/observed_state.h"
#include "operator/rotation/step.h"

namespace keysteward::op {

enum class Verb {
  kBegin,     // write the intent of `step` into the journal
  kAct,       // do the effect of `step`, which is idempotent
  kComplete,  // write the end of `step`
  kWait,      // nothing to do until `requeue_after` or an event; `reason` says why
  kRollBack,  // write the intent to go back; `reason` and `message` say why
  kEnd,       // write `result`; the rotation is over
};

struct Decision {
  Verb verb = Verb::kWait;
  Step step = Step::kIssue;
  std::string reason;   // CamelCase; a Blocked reason when `blocked`
  std::string message;  // for people
  bool blocked = false;
  Duration requeue_after{};
  api::v1alpha1::RotationResult result = api::v1alpha1::RotationResult::kProven;  // with kEnd
};

// The steps this rotation runs, in order, given what its issuer can do and how it was asked for.
std::vector<Step> PlanOf(const ObservedState& state);

// Why the consumers do not get on: one of them cannot move by itself, or none got any further for
// longer than a rollout may take. Nothing while they do.
struct Blockage {
  std::string reason;  // of the closed list in docs/conditions.md
  std::string message;
};
std::optional<Blockage> ConsumersBlockedBy(const ObservedState& state);

// The step that runs or comes next, or nothing when all are done.
std::optional<Step> CurrentStep(const ObservedState& state);

// What a long step is going to do, for people who watch it run; "" for steps that take seconds.
std::string OutlookOf(const api::v1alpha1::ManagedCredentialSpec& spec, Step step);

// Whether the old key may already be switched off: from here on the new key stays.
bool PastPointOfNoReturn(const api::v1alpha1::CredentialRotation& rotation);

Decision NextStep(const ObservedState& state, WallTime now);

}  // namespace keysteward::op
