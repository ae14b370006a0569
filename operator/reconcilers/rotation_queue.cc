#include "operator/reconcilers/rotation_queue.h"

#include <algorithm>
#include <tuple>

#include "operator/rotation/journal.h"

namespace keysteward::op {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::Urgency;

namespace {

bool IsStrong(const CredentialRotation& rotation) {
  return rotation.spec.cause == Cause::kLeak || rotation.spec.urgency == Urgency::kEmergency;
}

bool RunsStrong(const CredentialRotation& rotation) {
  return IsStrong(rotation) || rotation.status.urgency == Urgency::kEmergency;
}

// Stronger first, then older, then by name so that every look gives the same answer.
auto Rank(const CredentialRotation& rotation) {
  return std::tuple(!IsStrong(rotation), rotation.metadata.creation_timestamp.value_or(WallTime{}),
                    rotation.metadata.name);
}

}  // namespace

QueuePlan PlanQueue(std::vector<RotationPtr> unfinished, const std::string& active) {
  QueuePlan plan;
  std::sort(unfinished.begin(), unfinished.end(),
            [](const RotationPtr& a, const RotationPtr& b) { return Rank(*a) < Rank(*b); });
  for (const RotationPtr& rotation : unfinished) {
    if (rotation->metadata.deleting() && rotation->metadata.name != active) continue;
    if (rotation->metadata.name == active) {
      plan.active = rotation;
    } else if (plan.next == nullptr) {
      plan.next = rotation;
    } else {
      plan.refused.push_back(rotation);
    }
  }
  if (plan.active == nullptr || plan.next == nullptr) return plan;
  if (!IsStrong(*plan.next) || RunsStrong(*plan.active)) return plan;
  if (StepBegun(plan.active->status, Step::kDeliver)) {
    plan.escalate = true;
  } else {
    plan.superseded_by = plan.next->metadata.name;
  }
  return plan;
}

}  // namespace keysteward::op
