// Restart: one server-side apply per workload that still has to learn of the delivery, for every
// credential it uses that is settled, within the governor's limits.
#include "operator/restart/restarter.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

Result<StepReport> ActRestart(StepContext& context) {
  const RestartRequest request{
      .credential = context.credential(),
      .emergency = context.rotation().status.urgency == api::v1alpha1::Urgency::kEmergency};
  KS_ASSIGN_OR_RETURN(const RestartOutcome outcome,
                      RestartConsumers(context.env, request, context.call));
  if (!outcome.failed.empty()) return outcome.failed.front();
  std::string message = context.state.gate.Describe();
  if (!outcome.patched.empty()) {
    message += "; restarting " + std::to_string(outcome.patched.size());
  }
  StepReport report = StepReport::Again("ConsumersWaiting", message, std::chrono::seconds(1));
  if (context.state.gate.blocked) {
    report.reason = context.state.gate.blocked_reason;
    report.blocked = true;
  }
  return report;
}

}  // namespace keysteward::op
