// RestartPlanner: which workloads are patched now. Pure.
//
// Desired state, not events: a workload is due when a pod of it that may still run is older than
// the settled delivery and its template does not carry that delivery yet. So a restart of the
// operator, a change of leader or a resync finds nothing to do.
//
//   for (const Consumer* consumer : PlanRestarts(consumers, query, limits)) …patch it
#pragma once

#include <string>
#include <vector>

#include "operator/consumers/consumer_source.h"

namespace keysteward::op {

struct RestartLimits {
  int64_t credential = 5;   // workloads of this credential rolling at once
  int64_t name_space = 10;  // of all credentials, in the namespace
  int64_t cluster = 25;     // of all credentials
  Rolling others;           // how many that are none of this credential's roll now
  bool canary = false;      // one first: the others wait until a consumer is current
};

// The delivery the template carries for the credential; 0 when none.
int64_t TemplateRevision(const Workload& workload, const std::string& credential);

// Whether the workload still has to be told about delivery `revision`.
bool NeedsRestart(const Consumer& consumer, const std::string& credential, int64_t revision);

// Told already, but its rollout is not through.
bool IsRolling(const Consumer& consumer, const std::string& credential, int64_t revision);

// In order of name, at most what the limits leave free. Paused workloads and those with an obstacle
// (consumers/restart_obstacle.h) are not patched: the gate reports them.
std::vector<const Consumer*> PlanRestarts(const std::vector<Consumer>& consumers,
                                          const GateQuery& query, const RestartLimits& limits);

}  // namespace keysteward::op
