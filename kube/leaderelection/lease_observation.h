// LeaseObservation: what one candidate has seen of the lease, and whether it may take it.
//
// Only the candidate's own monotonic clock counts: a foreign lease is free when it was seen
// unchanged for as long as its holder claimed it. The stamps inside the lease are never compared
// with anything, so no clock of another machine can matter. A lease that vanishes while its holder
// may still live stays held for the rest of that time. Not thread-safe; pure.
//
//   observation.Saw(lease, clock.MonoNow());
//   if (observation.MayTake(clock.MonoNow())) …
#pragma once

#include <optional>
#include <string>

#include "api/coordination/lease_types.h"
#include "common/clock.h"

namespace keysteward::kube {

class LeaseObservation {
 public:
  // `lease_duration` is used for a holder that states none.
  LeaseObservation(std::string identity, Duration lease_duration);

  void Saw(const api::coordination::Lease& lease, MonoTime now);
  // The server has no such lease.
  void SawNone();

  bool MayTake(MonoTime now) const;
  bool HeldByUs() const;
  // "" when free or never seen.
  std::string holder() const;

 private:
  const std::string identity_;
  const Duration lease_duration_;
  std::optional<api::coordination::Lease> last_;
  MonoTime changed_at_{};  // when last_ was first seen as it is
};

}  // namespace keysteward::kube
