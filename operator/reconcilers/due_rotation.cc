#include "operator/reconcilers/due_rotation.h"

#include <algorithm>

namespace keysteward::op {

using api::v1alpha1::Cause;
using api::v1alpha1::ManagedCredential;

namespace {

constexpr Duration kFirstDelay = std::chrono::minutes(1);
constexpr Duration kLongestDelay = std::chrono::hours(1);

std::optional<DueRotation> Planned(const ManagedCredential& credential, WallTime now) {
  const auto& current = credential.status.current;
  if (!current) return DueRotation{now, Cause::kInitial};
  std::optional<DueRotation> due;
  if (current->expires_at) {
    due = DueRotation{*current->expires_at - credential.spec.RotateBefore(), Cause::kExpiry};
  }
  if (current->issued_at && credential.spec.rotation.interval) {
    const WallTime at = *current->issued_at + *credential.spec.rotation.interval;
    if (!due || at < due->at) due = DueRotation{at, Cause::kSchedule};
  }
  return due;
}

}  // namespace

std::optional<DueRotation> NextRotation(const ManagedCredential& credential, WallTime now) {
  std::optional<DueRotation> due = Planned(credential, now);
  const auto& failures = credential.status.failures;
  if (!due || failures.count == 0 || !failures.last_time) return due;
  // A failure in the future was noted by a wrong clock; waiting for it could take years.
  if (*failures.last_time > now) return due;
  const int64_t doublings = std::min<int64_t>(failures.count - 1, 10);
  const Duration delay = std::min<Duration>(kFirstDelay * (int64_t{1} << doublings), kLongestDelay);
  due->at = std::max(due->at, *failures.last_time + delay);
  return due;
}

}  // namespace keysteward::op
