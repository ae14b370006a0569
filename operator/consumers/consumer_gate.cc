#include "operator/consumers/consumer_gate.h"

#include <algorithm>
#include <charconv>

#include "api/v1alpha1/annotations.h"

namespace keysteward::op {
namespace {

using api::core::ContainerState;
using api::core::ContainerStatus;
using api::core::Pod;
using api::v1alpha1::ConsumerDetail;
using api::v1alpha1::Gate;

constexpr size_t kMaxDetails = 100;

struct Standing {
  Gate gate = Gate::kCurrent;
  std::string reason;
};

bool AllTerminated(const std::vector<ContainerStatus>& statuses) {
  return std::all_of(statuses.begin(), statuses.end(), [](const ContainerStatus& status) {
    return status.state == ContainerState::kTerminated;
  });
}

// Why a pod cannot become ready by itself, or "".
std::string StuckReason(const Pod& pod) {
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

std::string StuckReason(const Consumer& consumer) {
  for (const auto& pod : consumer.pods) {
    if (std::string reason = StuckReason(*pod); !reason.empty()) return reason;
  }
  return "";
}

// A pod that no workload explains: it must end by itself or be replaced by its owner.
Standing JudgePod(const Pod& pod, const GateQuery& query) {
  if (IsGone(pod) || RevisionOf(pod, query.credential) >= query.revision) return {};
  const api::OwnerReference* owner = pod.metadata.Controller();
  if (pod.metadata.deleting()) return {Gate::kWaiting, "PodTerminating"};
  return {Gate::kBlocked, owner != nullptr && owner->kind == "Job" ? "JobRunning" : "BarePod"};
}

bool HasOldPod(const Consumer& consumer, const GateQuery& query) {
  return std::any_of(consumer.pods.begin(), consumer.pods.end(), [&](const auto& pod) {
    return !IsGone(*pod) && RevisionOf(*pod, query.credential) < query.revision;
  });
}

bool OnlyTerminatingOldPods(const Consumer& consumer, const GateQuery& query) {
  return std::all_of(consumer.pods.begin(), consumer.pods.end(), [&](const auto& pod) {
    return IsGone(*pod) || pod->metadata.deleting() ||
           RevisionOf(*pod, query.credential) >= query.revision;
  });
}

Standing JudgeWorkload(const Consumer& consumer, const GateQuery& query) {
  const Workload& workload = *consumer.workload;
  const bool old_pod = HasOldPod(consumer, query);
  if (workload.paused && old_pod) return {Gate::kBlocked, "RolloutPaused"};
  if (workload.holds_old_pods && old_pod) return {Gate::kBlocked, "OnDeleteStrategy"};
  if (!old_pod && workload.RolloutComplete()) return {};
  if (std::string stuck = StuckReason(consumer); !stuck.empty()) return {Gate::kBlocked, stuck};
  if (workload.progress_failed) return {Gate::kBlocked, "RolloutStuck"};
  if (old_pod && OnlyTerminatingOldPods(consumer, query) && workload.RolloutComplete()) {
    return {Gate::kWaiting, "PodTerminating"};
  }
  return {Gate::kWaiting, old_pod ? "OldPodRunning" : "RolloutInProgress"};
}

Standing Judge(const Consumer& consumer, const GateQuery& query) {
  if (consumer.workload) return JudgeWorkload(consumer, query);
  return JudgePod(*consumer.pods.front(), query);
}

}  // namespace

std::string GateSummary::Describe() const {
  std::string text =
      std::to_string(current) + " of " + std::to_string(total) + " consumers current";
  size_t named = 0;
  for (const ConsumerDetail& detail : details) {
    if (detail.gate == Gate::kCurrent || named == 3) break;
    text += (named++ == 0 ? "; waiting for " : ", ") + detail.kind + " " + detail.name + " (" +
            detail.reason + ")";
  }
  return text;
}

int64_t GateRevision(const api::v1alpha1::ManagedCredentialStatus& status) {
  return status.current && status.current->revision > 1 ? status.current->revision : 0;
}

int64_t RevisionOf(const Pod& pod, const std::string& credential) {
  const std::string text = pod.metadata.Annotation(api::v1alpha1::RevisionAnnotation(credential));
  int64_t revision = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), revision);
  return failure == std::errc() && end == text.data() + text.size() && revision > 0 ? revision : 0;
}

bool IsGone(const Pod& pod) {
  if (pod.status.phase != "Succeeded" && pod.status.phase != "Failed") return false;
  return AllTerminated(pod.status.containers) && AllTerminated(pod.status.ephemeral_containers);
}

GateSummary JudgeGate(const std::vector<Consumer>& consumers, const GateQuery& query) {
  GateSummary summary;
  for (const Consumer& consumer : consumers) {
    const Standing standing = Judge(consumer, query);
    ++summary.total;
    if (standing.gate == Gate::kCurrent) ++summary.current;
    if (standing.gate == Gate::kBlocked && !summary.blocked) {
      summary.blocked = true;
      summary.blocked_reason = standing.reason;
      summary.blocked_message = consumer.kind + " " + consumer.name + ": " + standing.reason;
    }
    summary.details.push_back({consumer.kind, consumer.name, standing.gate, standing.reason});
  }
  std::stable_sort(summary.details.begin(), summary.details.end(),
                   [](const ConsumerDetail& a, const ConsumerDetail& b) {
                     return (a.gate != Gate::kCurrent) > (b.gate != Gate::kCurrent);
                   });
  if (summary.details.size() > kMaxDetails) summary.details.resize(kMaxDetails);
  return summary;
}

}  // namespace keysteward::op
