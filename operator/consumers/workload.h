// Workload: the one view of Deployment, StatefulSet and DaemonSet that the gate and the restarter
// use.
//
//   const Workload workload = ToWorkload(deployment);
//   if (workload.RolloutComplete()) …
#pragma once

#include <string>

#include "api/core/workload_types.h"

namespace keysteward::op {

struct Workload {
  std::string api_version;  // "apps/v1"
  std::string kind;
  api::ObjectMeta metadata;
  api::LabelSelector selector;
  api::core::PodTemplate pod_template;
  bool paused = false;           // Deployment.spec.paused
  bool holds_old_pods = false;   // OnDelete, or a partition above zero: old pods stay until deleted
  bool progress_failed = false;  // Deployment condition Progressing=False
  bool takes_pods_down = false;  // its rollout ends pods before their successors are available
  int64_t observed_generation = 0;
  int64_t desired = 0;
  int64_t total = 0;  // pods of any template, as the controller counts them
  int64_t updated = 0;
  int64_t ready = 0;
  int64_t available = 0;

  // The controller has seen the newest template and every wanted pod runs it, available and ready.
  bool RolloutComplete() const;
  // Pods are still being exchanged or added; says nothing about whether they are ready.
  bool RolloutUnderWay() const;
};

Workload ToWorkload(const api::core::Deployment& deployment);
Workload ToWorkload(const api::core::StatefulSet& stateful_set);
Workload ToWorkload(const api::core::DaemonSet& daemon_set);

}  // namespace keysteward::op
