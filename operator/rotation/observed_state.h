// ObservedState: everything NextStep decides on, read once, nothing computed.
//
// Gathered by rotation/state_gatherer; built by hand in table tests.
#pragma once

#include <optional>
#include <string>

#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "common/clock.h"
#include "operator/consumers/consumer_gate.h"
#include "operator/issuers/issuer.h"

namespace keysteward::op {

// The delivered Secret as last read.
struct DeliveredSecret {
  bool exists = false;
  bool ours = false;       // owned by this credential's uid
  int64_t generation = 0;  // from our annotation
  int64_t revision = 0;    // from our annotation
  bool intact = false;     // data and annotations are what that generation should hold
  std::string uid;
  std::string resource_version;
};

struct ObservedState {
  api::v1alpha1::ManagedCredential credential;
  api::v1alpha1::CredentialRotation rotation;
  IssuerCapabilities issuer;
  DeliveredSecret secret;
  GateSummary gate;  // against credential.status.current.revision

  // Monotonic time this process has seen: the running step running, the gate holding without a
  // break, the delivery standing. A restarted process starts them again: waiting is only ever
  // longer.
  Duration in_step{};
  Duration gate_held{};
  Duration delivered_for{};
  // How long the gate has not held with as few consumers current as now.
  Duration without_progress{};

  std::string unhealthy_before;     // before Deliver: which workload is, and how; "" for none
  std::string parameters_refused;   // why the issuer does not take spec.parameters; "" when it does
  bool provider_failing = false;    // the provider did not answer the last call of this rotation
  bool emergency_disabled = false;  // the switch that stops every effect
  std::string superseded_by;        // a stronger request that waits; empty when none
  Duration secret_staleness{};      // κ: how long a kubelet may still serve the old Secret
};

}  // namespace keysteward::op
