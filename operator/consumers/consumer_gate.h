// ConsumerGate: whether every user of a credential runs the current key. Pure.
//
// A consumer is a workload whose pod template uses the delivered Secret, or a pod that no such
// workload explains. It is Current when its rollout is complete and no pod of it that may still run
// was started before the current delivery.
//
//   const GateSummary gate = JudgeGate(consumers, {.credential = "stripe-live", .revision = 12});
//   if (!gate.holds()) …gate.Describe();   // "3 of 5 consumers current; waiting for Deployment
//   api"
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/core/pod_types.h"
#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_status_types.h"
#include "operator/consumers/workload.h"

namespace keysteward::op {

// One user of the Secret, with its pods that use it.
struct Consumer {
  std::string kind;  // Deployment, StatefulSet, DaemonSet, or Pod for one that no workload explains
  std::string name;
  std::optional<Workload> workload;                         // absent for kind Pod
  std::vector<std::shared_ptr<const api::core::Pod>> pods;  // those that use the Secret
  std::string exhausted_budget;  // a PodDisruptionBudget of its pods without room now; "" for none
};

struct GateQuery {
  std::string credential;  // its name, as in the revision annotation
  int64_t revision = 0;    // first delivery that no longer held the old key
  WallTime now{};
  bool restrained = true;         // false: no obstacle (restart_obstacle.h) holds a restart back
  int64_t restarts_per_hour = 3;  // of one workload, by us; 0: any number
};

// The first delivery without any older key; 0 while only the very first delivery was made, since no
// pod can hold anything older than that.
int64_t GateRevision(const api::v1alpha1::ManagedCredentialStatus& status);

struct GateSummary {
  int64_t total = 0;
  int64_t current = 0;
  std::vector<api::v1alpha1::ConsumerDetail> details;  // those not Current first; at most 100
  bool blocked = false;                                // a consumer cannot move by itself
  std::string blocked_reason;                          // of the closed list in docs/conditions.md
  std::string blocked_message;
  // What the first of those that only wait is blocked by once it has waited for too long; "" when
  // none waits. Of the same list.
  std::string overdue_reason;
  std::string overdue_message;

  bool holds() const { return current == total; }
  std::string Describe() const;
};

// Whether a Blocked reason may come from the new key: pods that were started with it do not come
// up. The others hold up pods that never saw it, and going back would help none of them.
bool SpeaksAgainstNewKey(std::string_view reason);

// The revision a pod was started with or after; 0 when it carries no stamp.
int64_t RevisionOf(const api::core::Pod& pod, const std::string& credential);

// Whether nothing of the pod can still run: phase Succeeded or Failed and every container
// terminated.
bool IsGone(const api::core::Pod& pod);

GateSummary JudgeGate(const std::vector<Consumer>& consumers, const GateQuery& query);

}  // namespace keysteward::op
