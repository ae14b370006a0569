#include "operator/consumers/restart_obstacle.h"

#include "common/duration.h"
#include "operator/restart/restart_history.h"

namespace keysteward::op {

RestartObstacle ObstacleTo(const Consumer& consumer, const GateQuery& query) {
  if (!query.restrained) return {};
  if (const auto until = HeldUntil(*consumer.workload, query.restarts_per_hour, query.now)) {
    return {"TooManyRestarts", "restarted " + std::to_string(query.restarts_per_hour) +
                                   " times within an hour; goes on at " + FormatTime(*until)};
  }
  if (!consumer.exhausted_budget.empty() && consumer.workload->takes_pods_down) {
    return {"BudgetExhausted",
            "PodDisruptionBudget " + consumer.exhausted_budget +
                " allows no disruption and a rollout ends pods before new ones are ready; give the "
                "budget room, or let the rollout surge"};
  }
  return {};
}

}  // namespace keysteward::op
