#include "operator/consumers/consumer_gate.h"

#include <algorithm>
#include <charconv>

#include "api/v1alpha1/annotations.h"
#include "operator/consumers/restart_obstacle.h"
#include "operator/consumers/stuck_pod.h"
#include "operator/restart/restart_planner.h"

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
  std::string detail;   // more for people; may be empty
  std::string overdue;  // with kWaiting: the reason of the closed list when it lasts too long
};

Standing Blocked(std::string reason, std::string detail = "") {
  return {Gate::kBlocked, std::move(reason), std::move(detail), ""};
}

Standing Waiting(std::string reason, std::string overdue, std::string detail = "") {
  return {Gate::kWaiting, std::move(reason), std::move(detail), std::move(overdue)};
}

bool AllTerminated(const std::vector<ContainerStatus>& statuses) {
  return std::all_of(statuses.begin(), statuses.end(), [](const ContainerStatus& status) {
    return status.state == ContainerState::kTerminated;
  });
}

std::string StuckPodOf(const Consumer& consumer) {
  for (const auto& pod : consumer.pods) {
    if (std::string reason = StuckReason(*pod); !reason.empty()) return reason;
  }
  return "";
}

// A pod that no workload explains: it must end by itself or be replaced by its owner.
Standing JudgePod(const Pod& pod, const GateQuery& query) {
  if (IsGone(pod) || RevisionOf(pod, query.credential) >= query.revision) return {};
  const api::OwnerReference* owner = pod.metadata.Controller();
  if (pod.metadata.deleting()) return Waiting("PodTerminating", "PodTerminating");
  return Blocked(owner != nullptr && owner->kind == "Job" ? "JobRunning" : "BarePod");
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

// One that was not told of the delivery yet.
Standing JudgeUntold(const Consumer& consumer, const GateQuery& query) {
  RestartObstacle obstacle = ObstacleTo(consumer, query);
  if (!obstacle.none()) return Blocked(std::move(obstacle.reason), std::move(obstacle.detail));
  return Waiting("OldPodRunning", "RolloutStuck",
                 "it waits for its turn to restart; see which rollouts do not end");
}

// One that was told, by its rollout.
Standing JudgeRollout(const Consumer& consumer, const GateQuery& query) {
  const Workload& workload = *consumer.workload;
  if (std::string stuck = StuckPodOf(consumer); !stuck.empty()) return Blocked(std::move(stuck));
  if (workload.progress_failed) return Blocked("RolloutStuck");
  if (!HasOldPod(consumer, query)) return Waiting("RolloutInProgress", "RolloutStuck");
  if (workload.RolloutComplete() && OnlyTerminatingOldPods(consumer, query)) {
    return Waiting("PodTerminating", "PodTerminating");
  }
  // A rollout does not ask a budget, but whoever drains or replaces the last old pods does.
  const bool budget = !consumer.exhausted_budget.empty() && workload.ready >= workload.desired;
  return Waiting("OldPodRunning", budget ? "BudgetExhausted" : "RolloutStuck",
                 budget ? "PodDisruptionBudget " + consumer.exhausted_budget : "");
}

Standing JudgeWorkload(const Consumer& consumer, const GateQuery& query) {
  const Workload& workload = *consumer.workload;
  const bool old_pod = HasOldPod(consumer, query);
  if (workload.paused && old_pod) return Blocked("RolloutPaused");
  if (workload.holds_old_pods && old_pod) return Blocked("OnDeleteStrategy");
  if (!old_pod && workload.RolloutComplete()) return {};
  if (NeedsRestart(consumer, query.credential, query.revision) && query.restrained) {
    return JudgeUntold(consumer, query);
  }
  return JudgeRollout(consumer, query);
}

Standing Judge(const Consumer& consumer, const GateQuery& query) {
  if (consumer.workload) return JudgeWorkload(consumer, query);
  return JudgePod(*consumer.pods.front(), query);
}

std::string MessageOf(const Consumer& consumer, const std::string& reason,
                      const std::string& detail) {
  return consumer.kind + " " + consumer.name + ": " + reason +
         (detail.empty() ? "" : ": " + detail);
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

bool SpeaksAgainstNewKey(std::string_view reason) {
  return reason == "CrashLooping" || reason == "ImagePullFailed" || reason == "Unschedulable" ||
         reason == "RolloutStuck";
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
    // What speaks against the new key is told before what only holds a restart back.
    if (standing.gate == Gate::kBlocked &&
        (!summary.blocked ||
         (!SpeaksAgainstNewKey(summary.blocked_reason) && SpeaksAgainstNewKey(standing.reason)))) {
      summary.blocked = true;
      summary.blocked_reason = standing.reason;
      summary.blocked_message = MessageOf(consumer, standing.reason, standing.detail);
    }
    if (standing.gate == Gate::kWaiting && summary.overdue_reason.empty()) {
      summary.overdue_reason = standing.overdue;
      summary.overdue_message = MessageOf(consumer, standing.overdue, standing.detail);
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
