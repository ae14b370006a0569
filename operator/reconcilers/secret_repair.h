// SecretRepair: brings a delivered Secret back that others edited or deleted, and restarts who
// started with what they left there. The decision is rotation/secret_drift.h; this acts, one step a
// call, and changes only the in-memory status: the caller persists it before it calls again.
//
//   KS_ASSIGN_OR_RETURN(RepairReport report, repair.Keep(credential, cached_secret.get(), call));
#pragma once

#include <map>
#include <optional>

#include "api/core/secret_types.h"
#include "common/mutex.h"
#include "operator/rotation/environment.h"
#include "operator/rotation/observed_state.h"
#include "operator/rotation/phase_timers.h"
#include "operator/rotation/secret_drift.h"

namespace keysteward::op {

struct RepairReport {
  bool intact = false;           // the Secret holds the current key
  bool foreign = false;          // a Secret of that name belongs to somebody else
  std::optional<Duration> next;  // when to look again; nothing: an event will tell
};

// Thread-safe; one caller at a time per credential.
class SecretRepair {
 public:
  SecretRepair(const Environment& env, PhaseTimers& timers) : env_(env), timers_(timers) {}

  // Precondition: status.current, and no rotation is writing the Secret. `cached` may be null. At
  // rest it reads and writes nothing; kConflict when `credential` is older than the server's.
  Result<RepairReport> Keep(api::v1alpha1::ManagedCredential& credential,
                            const api::core::Secret* cached, const kube::Call& call);
  // The credential is gone.
  void Forget(const api::ObjectKey& credential);

 private:
  struct Sighting {
    std::string uid;
    WallTime at{};
  };

  Result<DriftFacts> Gather(const api::v1alpha1::ManagedCredential& credential,
                            const DeliveredSecret& secret, const kube::Call& call);
  Result<RepairReport> Restore(api::v1alpha1::ManagedCredential& credential,
                               const kube::Call& call);
  Result<void> Restart(const api::v1alpha1::ManagedCredential& credential, const kube::Call& call);
  void SawIntact(const api::v1alpha1::ManagedCredential& credential);
  // When this process last saw the Secret right; nothing when it never did.
  std::optional<WallTime> LastIntact(const api::v1alpha1::ManagedCredential& credential) const;

  const Environment& env_;
  PhaseTimers& timers_;
  mutable Mutex mutex_;
  std::map<api::ObjectKey, Sighting> intact_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::op
