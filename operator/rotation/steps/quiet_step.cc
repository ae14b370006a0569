// Quiet: the disabled key is watched. A use after it was disabled means that somebody still holds
// it: it is switched on again as relief, and Disable is done anew once the uses have stopped.
#include "common/duration.h"
#include "operator/rotation/journal.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::RotationStep;

// A key that others ended meanwhile cannot be used any more.
Result<LastUse> LastUseOf(StepContext& context, const std::string& key_id) {
  Result<LastUse> use = context.issuer.LastUsed(key_id, context.call);
  if (!use && use.error().code == ErrorCode::kNotFound) return LastUse{};
  return use;
}

// The provider's clock need not agree with ours: a use is new when it is later than the first one
// read in this step, or clearly later than our own note of the disabling.
bool UsedSince(RotationStep& quiet, const RotationStep& disabled, const LastUse& use) {
  const std::string seen = use.use == Use::kAt ? FormatTime(use.at) : "never";
  const bool first_look = quiet.proof.empty();
  const bool later = !first_look && use.use == Use::kAt && seen > quiet.proof;
  const bool moved = later || (!first_look && quiet.proof == "never" && use.use == Use::kAt);
  if (first_look && use.use != Use::kUnknown) quiet.proof = seen;
  return moved || (use.use == Use::kAt && disabled.completed_at &&
                   use.at > *disabled.completed_at + std::chrono::seconds(1));
}

Result<StepReport> Relieve(StepContext& context, const std::string& key_id) {
  KS_RETURN_IF_ERROR(context.issuer.Enable(key_id, context.call));
  if (auto& previous = context.credential().status.previous) {
    previous->state = api::v1alpha1::PreviousState::kLive;
  }
  ReopenDisable(context.rotation().status);
  context.Note("ForcedAction", {{"step", "Enable"}, {"keyId", key_id}});
  return StepReport::Blocked("ExternalHolder",
                             "key " + key_id +
                                 " was used after it was disabled; it is enabled again. Find its "
                                 "holder; it is disabled again when the use stops");
}

}  // namespace

Result<StepReport> ActQuiet(StepContext& context) {
  auto& status = context.rotation().status;
  const Duration left = context.credential().spec.rotation.quiet - context.state.in_step;
  if (context.issuer.capabilities().last_use) {
    const CondemnedKey old_key = CondemnedBy(status);
    KS_ASSIGN_OR_RETURN(const LastUse use, LastUseOf(context, old_key.id));
    if (UsedSince(JournalEntry(status, Step::kQuiet), JournalEntry(status, Step::kDisable), use)) {
      return Relieve(context, old_key.id);
    }
  }
  if (left <= Duration::zero()) return StepReport::Done("no use of the disabled key was seen");
  return StepReport::Again("QuietRunning",
                           context.issuer.capabilities().last_use
                               ? "old key disabled, no use seen"
                               : "old key disabled; this issuer tells no last use",
                           std::min<Duration>(left, std::chrono::seconds(5)));
}

}  // namespace keysteward::op
