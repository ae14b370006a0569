#include "operator/consumers/workload.h"

namespace keysteward::op {
namespace {

constexpr const char* kApps = "apps/v1";

}  // namespace

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
          .observed_generation = status.observed_generation,
          .desired = status.desired_number_scheduled,
          .total = status.current_number_scheduled,
          .updated = status.updated_number_scheduled,
          .ready = status.number_ready,
          .available = status.number_available};
}

}  // namespace keysteward::op
