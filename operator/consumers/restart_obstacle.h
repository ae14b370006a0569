// RestartObstacle: why a workload that must restart is not told to yet. Pure.
//
// The planner leaves such a workload alone and the gate reports it, so both ask here. What was told
// already is judged by its rollout instead.
//
//   const RestartObstacle obstacle = ObstacleTo(consumer, query);
//   if (obstacle.none()) …patch it
#pragma once

#include <string>

#include "operator/consumers/consumer_gate.h"

namespace keysteward::op {

struct RestartObstacle {
  std::string reason;  // "" for none
  std::string detail;  // what was seen and the way out, for people

  bool none() const { return reason.empty(); }
};

// A workload that flaps, or a budget without room for its rollout; none when the query is not
// restrained. Precondition: NeedsRestart(consumer, …).
RestartObstacle ObstacleTo(const Consumer& consumer, const GateQuery& query);

}  // namespace keysteward::op
