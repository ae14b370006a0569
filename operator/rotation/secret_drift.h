// SecretDrift: what to do about a delivered Secret that others edited or deleted. Pure.
//
//   record   status.drift says since when, and which delivery pods will have to start with
//   restore  the current value is written again: under its revision when no pod started meanwhile,
//            else as the next one
//   look     once every kubelet serves it: did a pod start before that?
//   restart  those whose pods are older than the new delivery
//   forget   nothing is left of it
//
// Each is persisted before the next, so a process killed anywhere goes on from the status.
//
//   const DriftStep step = NextDriftStep(credential.status, facts);
//   if (step.verb == DriftVerb::kRestore) …
#pragma once

#include <optional>
#include <vector>

#include "api/v1alpha1/managed_credential_status_types.h"
#include "operator/consumers/consumer_gate.h"

namespace keysteward::op {

struct DriftFacts {
  bool intact = false;             // the Secret holds the current key, read just now
  bool foreign = false;            // a Secret of that name belongs to somebody else
  bool halted = false;             // suspended, or effects are switched off
  bool pod_started = false;        // a pod started while the wrong value stood, or nobody can tell
  bool settled = false;            // pods started now are stamped with the current revision
  bool consumers_current = false;  // no pod is older than the current delivery
  Duration standing{};             // this process has seen the repaired Secret stand
  Duration secret_staleness{};     // κ
};

enum class DriftVerb { kNothing, kRecord, kRestore, kWait, kRestart, kForget };

struct DriftStep {
  DriftVerb verb = DriftVerb::kNothing;
  int64_t revision = 0;  // with kRecord: delivery that makes pods restart; 0: none has to
  Duration wait{};       // with kWait
};

// Precondition: status.current.
DriftStep NextDriftStep(const api::v1alpha1::ManagedCredentialStatus& status,
                        const DriftFacts& facts);

// Whether a pod that may still run was created, or a container of it started, after `since`; always
// so when `since` is unknown and there is a pod. Clocks of nodes may differ by five seconds.
bool AnyStartedSince(const std::vector<Consumer>& consumers, std::optional<WallTime> since);

// Whether `drift` is one that was repaired before, so that a Secret that is wrong now drifted anew.
inline bool WasRestored(const std::optional<api::v1alpha1::SecretDrift>& drift) {
  return drift && drift->restored_at;
}

}  // namespace keysteward::op
