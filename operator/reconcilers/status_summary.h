// StatusSummary: the conditions of a ManagedCredential, out of what one reconcile saw. Pure, and
// the only place that decides them; docs/conditions.md lists them.
//
//   Summarise(credential, view, clock.WallNow());   // changes credential.status.conditions
#pragma once

#include <optional>
#include <string>

#include "api/v1alpha1/managed_credential_types.h"
#include "operator/consumers/consumer_gate.h"

namespace keysteward::op {

// What the running rotation is at.
struct RotatingView {
  std::string rotation;
  std::string step;
  std::string reason;
  std::string message;
  bool blocked = false;
};

struct CredentialView {
  GateSummary gate;
  std::optional<RotatingView> rotating;
  bool secret_intact = false;   // the Secret holds the current key
  bool secret_foreign = false;  // a Secret of that name belongs to somebody else
  bool key_refused = false;     // the provider refused the delivered key twice
};

void Summarise(api::v1alpha1::ManagedCredential& credential, const CredentialView& view,
               WallTime now);

// How a finished rotation changes RotationSucceeded and the count of failures.
void SummariseResult(api::v1alpha1::ManagedCredential& credential,
                     const api::v1alpha1::CredentialRotation& rotation, WallTime now);

}  // namespace keysteward::op
