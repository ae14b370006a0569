#include "operator/consumers/stuck_pod.h"

namespace keysteward::op {

using api::core::ContainerState;
using api::core::ContainerStatus;

std::string StuckReason(const api::core::Pod& pod) {
  for (const ContainerStatus& status : pod.status.containers) {
    if (status.state != ContainerState::kWaiting) continue;
    if (status.reason == "ImagePullBackOff" || status.reason == "ErrImagePull") {
      return "ImagePullFailed";
    }
    if (status.reason == "CrashLoopBackOff") return "CrashLooping";
  }
  const api::Condition* scheduled = api::FindCondition(pod.status.conditions, "PodScheduled");
  if (scheduled != nullptr && scheduled->status == "False") return "Unschedulable";
  if (pod.status.phase == "Unknown" || pod.status.reason == "NodeLost") return "NodeLost";
  return "";
}

}  // namespace keysteward::op
