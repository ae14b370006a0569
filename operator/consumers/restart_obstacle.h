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
  std::string reason;    // "" for none
  std::string detail;    // what was seen and the way out, for people
  bool blocked = false;  // false: it goes away by itself

  bool none() const { return reason.empty(); }
};

// What ails a workload that we have not touched; `blocked` unless it is a rollout of its own.
// Precondition: consumer.workload.
RestartObstacle UnhealthyBefore(const Consumer& consumer);

// Precondition: NeedsRestart(consumer, …).
RestartObstacle ObstacleTo(const Consumer& consumer, const GateQuery& query);

}  // namespace keysteward::op
