// Verify: consumers are healthy (the gate holds, or this step is not reached); where the provider
// tells the last use, the new key must be seen in use or the wait for it has passed.
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {
namespace {

// Our own probe counts as a use at the provider. Times of the journal are cut to the second, so
// what is not clearly later may be its echo.
constexpr Duration kEchoOfProbe = std::chrono::seconds(2);

bool UsedByAConsumer(const api::v1alpha1::CredentialRotationStatus& status, const LastUse& use) {
  const auto* delivered = status.FindStep(StepName(Step::kDeliver));
  if (use.use != Use::kAt || delivered == nullptr || !delivered->completed_at) return false;
  const auto* probed = status.FindStep(StepName(Step::kProbe));
  const bool echo =
      probed != nullptr && probed->completed_at && use.at < *probed->completed_at + kEchoOfProbe;
  return use.at >= *delivered->completed_at && !echo;
}

}  // namespace

Result<StepReport> ActVerify(StepContext& context) {
  const auto& status = context.rotation().status;
  const auto& spec = context.credential().spec;
  context.Note("ConsumersCurrent", {{"count", context.state.gate.total},
                                    {"revision", context.credential().status.revision}});
  if (!context.issuer.capabilities().last_use || context.state.gate.total == 0 ||
      status.urgency == api::v1alpha1::Urgency::kEmergency) {
    return StepReport::Done("every consumer runs the new key");
  }
  KS_ASSIGN_OR_RETURN(const LastUse use, context.issuer.LastUsed(status.new_key->id, context.call));
  if (UsedByAConsumer(status, use)) return StepReport::Done("the provider saw the new key in use");
  if (context.state.in_step >= spec.verification.timeout) {
    return StepReport::Done(
        "every consumer runs the new key; no use of it seen at the provider yet");
  }
  context.notes.clear();
  return StepReport::Again("WaitingForUse", "the provider has not seen the new key in use yet",
                           std::chrono::seconds(1));
}

}  // namespace keysteward::op
