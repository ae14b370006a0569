#include "kube/leaderelection/lease_observation.h"

#include <algorithm>
#include <utility>

namespace keysteward::kube {
namespace {

// Longest claim of a holder that is honoured; keeps the arithmetic far from overflow.
constexpr int64_t kLongestClaimSeconds = 24 * 3600;

}  // namespace

LeaseObservation::LeaseObservation(std::string identity, Duration lease_duration)
    : identity_(std::move(identity)), lease_duration_(lease_duration) {}

void LeaseObservation::Saw(const api::coordination::Lease& lease, MonoTime now) {
  const bool same = last_ && last_->spec == lease.spec &&
                    last_->metadata.uid == lease.metadata.uid &&
                    last_->metadata.resource_version == lease.metadata.resource_version;
  if (same) return;
  last_ = lease;
  changed_at_ = now;
}

void LeaseObservation::SawNone() {
  // Ours is gone for good; a foreign holder that just lost its object still believes in it.
  if (HeldByUs()) last_.reset();
}

bool LeaseObservation::MayTake(MonoTime now) const {
  if (holder().empty() || HeldByUs()) return true;
  const int64_t claimed = std::min(last_->spec.lease_duration_seconds, kLongestClaimSeconds);
  const Duration claim = claimed > 0 ? std::chrono::seconds(claimed) : lease_duration_;
  return now >= changed_at_ + claim;
}

bool LeaseObservation::HeldByUs() const {
  return last_ && last_->spec.holder_identity == identity_;
}

std::string LeaseObservation::holder() const { return last_ ? last_->spec.holder_identity : ""; }

}  // namespace keysteward::kube
