#include "operator/restart/restart_planner.h"

#include <algorithm>
#include <charconv>

#include "api/v1alpha1/annotations.h"
#include "operator/consumers/restart_obstacle.h"

namespace keysteward::op {

int64_t TemplateRevision(const Workload& workload, const std::string& credential) {
  const std::string text =
      workload.pod_template.metadata.Annotation(api::v1alpha1::RevisionAnnotation(credential));
  int64_t revision = 0;
  std::from_chars(text.data(), text.data() + text.size(), revision);
  return revision;
}

bool NeedsRestart(const Consumer& consumer, const std::string& credential, int64_t revision) {
  if (!consumer.workload || TemplateRevision(*consumer.workload, credential) >= revision) {
    return false;
  }
  return std::any_of(consumer.pods.begin(), consumer.pods.end(), [&](const auto& pod) {
    return !IsGone(*pod) && RevisionOf(*pod, credential) < revision;
  });
}

bool IsRolling(const Consumer& consumer, const std::string& credential, int64_t revision) {
  return consumer.workload && TemplateRevision(*consumer.workload, credential) >= revision &&
         !consumer.workload->RolloutComplete();
}

std::vector<const Consumer*> PlanRestarts(const std::vector<Consumer>& consumers,
                                          const GateQuery& query, const RestartLimits& limits) {
  std::vector<const Consumer*> due;
  int64_t rolling = 0;
  int64_t moved = 0;
  for (const Consumer& consumer : consumers) {
    if (IsRolling(consumer, query.credential, query.revision)) ++rolling;
    if (!consumer.workload) continue;
    if (NeedsRestart(consumer, query.credential, query.revision)) {
      if (!consumer.workload->paused && ObstacleTo(consumer, query).none()) {
        due.push_back(&consumer);
      }
    } else if (consumer.workload->RolloutComplete() && !consumer.pods.empty()) {
      ++moved;
    }
  }
  std::sort(due.begin(), due.end(),
            [](const Consumer* a, const Consumer* b) { return a->name < b->name; });
  int64_t free = std::min({limits.credential - rolling,
                           limits.name_space - limits.others.in_namespace - rolling,
                           limits.cluster - limits.others.in_cluster - rolling});
  if (limits.canary && moved == 0) free = std::min<int64_t>(free, 1 - rolling);
  if (free <= 0) return {};
  if (due.size() > static_cast<size_t>(free)) due.resize(static_cast<size_t>(free));
  return due;
}

}  // namespace keysteward::op
