#include "operator/rotation/secret_drift.h"

#include <algorithm>

namespace keysteward::op {
namespace {

using api::core::ContainerStatus;
using api::core::Pod;
using api::v1alpha1::ManagedCredentialStatus;

constexpr Duration kClockSkew = std::chrono::seconds(5);

bool StartedSince(const std::vector<ContainerStatus>& statuses, WallTime since) {
  return std::any_of(statuses.begin(), statuses.end(), [since](const ContainerStatus& status) {
    return status.started_at && *status.started_at >= since;
  });
}

bool StartedSince(const Pod& pod, std::optional<WallTime> since) {
  if (IsGone(pod)) return false;
  if (!since || !pod.metadata.creation_timestamp) return true;
  const WallTime from = *since - kClockSkew;
  return *pod.metadata.creation_timestamp >= from || StartedSince(pod.status.containers, from) ||
         StartedSince(pod.status.init_containers, from) ||
         StartedSince(pod.status.ephemeral_containers, from);
}

// A drift on top of one whose restarts are not through moves everybody once more.
DriftStep Record(const ManagedCredentialStatus& status, const DriftFacts& facts) {
  const bool restart = facts.pod_started || (status.drift && status.drift->revision > 0);
  return {.verb = DriftVerb::kRecord, .revision = restart ? status.revision + 1 : 0};
}

}  // namespace

DriftStep NextDriftStep(const ManagedCredentialStatus& status, const DriftFacts& facts) {
  const auto& drift = status.drift;
  if (!facts.intact && (!drift || WasRestored(drift))) return Record(status, facts);
  if (!drift) return {};
  if (!WasRestored(drift)) {
    const bool waits = facts.foreign || facts.halted;
    return {.verb = waits ? DriftVerb::kNothing : DriftVerb::kRestore};
  }
  if (drift->revision == 0) {
    if (facts.standing < facts.secret_staleness) {
      return {.verb = DriftVerb::kWait, .wait = facts.secret_staleness - facts.standing};
    }
    return facts.pod_started ? Record(status, facts) : DriftStep{.verb = DriftVerb::kForget};
  }
  // Pods that start before the new delivery is settled carry the stamp of the old one.
  if (!facts.settled) return {.verb = DriftVerb::kWait, .wait = facts.secret_staleness};
  if (facts.consumers_current) return {.verb = DriftVerb::kForget};
  return {.verb = facts.halted ? DriftVerb::kNothing : DriftVerb::kRestart};
}

bool AnyStartedSince(const std::vector<Consumer>& consumers, std::optional<WallTime> since) {
  return std::any_of(consumers.begin(), consumers.end(), [since](const Consumer& consumer) {
    return std::any_of(consumer.pods.begin(), consumer.pods.end(),
                       [since](const auto& pod) { return StartedSince(*pod, since); });
  });
}

}  // namespace keysteward::op
