#include "operator/consumers/workload.h"

#include <algorithm>
#include <charconv>

namespace keysteward::op {
namespace {

constexpr const char* kApps = "apps/v1";

enum class Round { kDown, kUp };

// "3" → 3, "25%" → that share of `total`; 0 for what is neither.
int64_t CountOf(const std::string& text, int64_t total, Round round) {
  constexpr int64_t kMost = 1'000'000;  // keeps products within range
  int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc()) return 0;
  value = std::clamp<int64_t>(value, 0, kMost);
  if (*end != '%') return value;
  return (value * std::clamp<int64_t>(total, 0, kMost) + (round == Round::kUp ? 99 : 0)) / 100;
}

// As the Deployment controller reckons: with neither surge nor room one pod goes first.
bool TakesPodsDown(const api::core::DeploymentSpec& spec) {
  if (spec.strategy == "Recreate") return true;
  return CountOf(spec.max_unavailable, spec.replicas, Round::kDown) > 0 ||
         CountOf(spec.max_surge, spec.replicas, Round::kUp) == 0;
}

}  // namespace

bool Workload::RolloutUnderWay() const {
  return observed_generation < metadata.generation || updated != desired || total != desired;
}

bool Workload::RolloutComplete() const {
  return observed_generation >= metadata.generation && updated == desired && total == desired &&
         ready == desired && available == desired;
}

Workload ToWorkload(const api::core::Deployment& deployment) {
  const api::Condition* progressing =
      api::FindCondition(deployment.status.conditions, "Progressing");
  return {.api_version = kApps,
          .kind = "Deployment",
          .metadata = deployment.metadata,
          .selector = deployment.spec.selector,
          .pod_template = deployment.spec.pod_template,
          .paused = deployment.spec.paused,
          .progress_failed = progressing != nullptr && progressing->status == "False",
          .takes_pods_down = TakesPodsDown(deployment.spec),
          .observed_generation = deployment.status.observed_generation,
          .desired = deployment.spec.replicas,
          .total = deployment.status.replicas,
          .updated = deployment.status.updated_replicas,
          .ready = deployment.status.ready_replicas,
          .available = deployment.status.available_replicas};
}

Workload ToWorkload(const api::core::StatefulSet& stateful_set) {
  const auto& status = stateful_set.status;
  return {.api_version = kApps,
          .kind = "StatefulSet",
          .metadata = stateful_set.metadata,
          .selector = stateful_set.spec.selector,
          .pod_template = stateful_set.spec.pod_template,
          .holds_old_pods =
              stateful_set.spec.update_strategy == "OnDelete" || stateful_set.spec.partition > 0,
          .takes_pods_down = true,
          .observed_generation = status.observed_generation,
          .desired = stateful_set.spec.replicas,
          .total = status.replicas,
          // With currentRevision == updateRevision the rollout is over and the server may leave
          // updatedReplicas out.
          .updated = status.current_revision == status.update_revision ? status.replicas
                                                                       : status.updated_replicas,
          .ready = status.ready_replicas,
          .available = status.available_replicas};
}

Workload ToWorkload(const api::core::DaemonSet& daemon_set) {
  const auto& status = daemon_set.status;
  return {.api_version = kApps,
          .kind = "DaemonSet",
          .metadata = daemon_set.metadata,
          .selector = daemon_set.spec.selector,
          .pod_template = daemon_set.spec.pod_template,
          .holds_old_pods = daemon_set.spec.update_strategy == "OnDelete",
          .takes_pods_down =
              CountOf(daemon_set.spec.max_surge, status.desired_number_scheduled, Round::kUp) == 0,
          .observed_generation = status.observed_generation,
          .desired = status.desired_number_scheduled,
          .total = status.current_number_scheduled,
          .updated = status.updated_number_scheduled,
          .ready = status.number_ready,
          .available = status.number_available};
}

}  // namespace keysteward::op
