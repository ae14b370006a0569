// Restart: one server-side apply per workload that still has to learn of the delivery, for every
// credential it uses that is settled, within the governor's limits.
#include "operator/restart/restarter.h"
#include "operator/rotation/gate_query.h"
#include "operator/rotation/next_step.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

Result<StepReport> ActRestart(StepContext& context) {
  const RestartRequest request{
      .credential = context.credential(),
      .emergency = context.rotation().status.urgency == api::v1alpha1::Urgency::kEmergency,
      .restrained = IsRestrained(context.rotation())};
  KS_ASSIGN_OR_RETURN(const RestartOutcome outcome,
                      RestartConsumers(context.env, request, context.call));
  if (!outcome.failed.empty()) return outcome.failed.front();
  std::string message = context.state.gate.Describe();
  if (!outcome.patched.empty()) {
    message += "; restarting " + std::to_string(outcome.patched.size());
  }
  if (std::optional<Blockage> blockage = ConsumersBlockedBy(context.state)) {
    return StepReport::Blocked(std::move(blockage->reason), blockage->message + "; " + message);
  }
  return StepReport::Again("ConsumersWaiting", message, std::chrono::seconds(1));
}

}  // namespace keysteward::op
