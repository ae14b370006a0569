#include "operator/consumers/unhealthy_before.h"

#include "operator/consumers/stuck_pod.h"

namespace keysteward::op {
namespace {

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

std::string UnhealthyBefore(const Consumer& consumer) {
  if (consumer.workload->RolloutComplete()) return "";
  const std::string ailment = Ailment(consumer);
  if (ailment.empty()) return "";
  return ailment + " before the new key is delivered, so it is not delivered; repair it first";
}

}  // namespace keysteward::op
