// Quiet: the disabled key is watched. A use after it was disabled means that somebody still holds
// it: it is switched on again as relief and the rotation stops until the use ends.
#include "operator/rotation/journal.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

Result<StepReport> ActQuiet(StepContext& context) {
  const auto& spec = context.credential().spec;
  const Duration left = spec.rotation.quiet - context.state.in_step;
  const Duration pause = std::min<Duration>(left, std::chrono::seconds(5));
  const CondemnedKey old_key = CondemnedBy(context.rotation().status);
  if (!context.issuer.capabilities().last_use) {
    return StepReport::Again("QuietRunning", "old key disabled; this issuer tells no last use",
                             pause);
  }
  KS_ASSIGN_OR_RETURN(const LastUse use, context.issuer.LastUsed(old_key.id, context.call));
  const auto* disabled = context.rotation().status.FindStep(StepName(Step::kDisable));
  const bool used = use.use == Use::kAt && disabled != nullptr && disabled->completed_at &&
                    use.at > *disabled->completed_at + std::chrono::seconds(1);
  auto& previous = context.credential().status.previous;
  if (used) {
    KS_RETURN_IF_ERROR(context.issuer.Enable(old_key.id, context.call));
    if (previous) previous->state = api::v1alpha1::PreviousState::kLive;
    return StepReport::Blocked("ExternalHolder",
                               "key " + old_key.id +
                                   " was used after it was disabled; it is enabled again. Find "
                                   "its holder; it is disabled again when the use stops");
  }
  return StepReport::Again("QuietRunning", "old key disabled, no use seen", pause);
}

}  // namespace keysteward::op
