#include "operator/consumers/restart_obstacle.h"

#include "common/duration.h"
#include "operator/consumers/stuck_pod.h"
#include "operator/restart/restart_history.h"

namespace keysteward::op {
namespace {

// What is wrong with a workload that nobody has touched yet, or "".
std::string Ailment(const Consumer& consumer) {
  for (const auto& pod : consumer.pods) {
    if (std::string stuck = StuckReason(*pod); !stuck.empty()) {
      return "pod " + pod->metadata.name + " is " + stuck;
    }
  }
  const Workload& workload = *consumer.workload;
  if (workload.progress_failed) return "its last rollout made no progress";
  if (!workload.RolloutUnderWay() && workload.ready < workload.desired) {
    return std::to_string(workload.ready) + " of " + std::to_string(workload.desired) +
           " pods are ready";
  }
  return "";
}

}  // namespace

RestartObstacle UnhealthyBefore(const Consumer& consumer) {
  if (consumer.workload->RolloutComplete()) return {};
  const std::string ailment = Ailment(consumer);
  if (ailment.empty()) return {"RolloutInProgress", "a rollout of its own is under way", false};
  return {"UnhealthyBefore",
          ailment + " before the restart, so it is not restarted; repair it first", true};
}

RestartObstacle ObstacleTo(const Consumer& consumer, const GateQuery& query) {
  if (query.care == Care::kNone) return {};
  if (query.care == Care::kFull) {
    if (RestartObstacle unhealthy = UnhealthyBefore(consumer); !unhealthy.none()) return unhealthy;
  }
  if (const auto until = HeldUntil(*consumer.workload, query.restarts_per_hour, query.now)) {
    return {"TooManyRestarts",
            "restarted " + std::to_string(query.restarts_per_hour) +
                " times within an hour; goes on at " + FormatTime(*until),
            true};
  }
  if (!consumer.exhausted_budget.empty() && consumer.workload->takes_pods_down) {
    return {"BudgetExhausted",
            "PodDisruptionBudget " + consumer.exhausted_budget +
                " allows no disruption and a rollout ends pods before new ones are ready; give the "
                "budget room, or let the rollout surge",
            true};
  }
  return {};
}

}  // namespace keysteward::op
