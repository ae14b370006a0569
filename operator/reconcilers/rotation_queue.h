// RotationQueue: which of a credential's requests runs, waits, is undone or refused. Pure.
//
// One runs, one waits as Queued, more are refused. A leak or emergency is stronger than the rest:
// it undoes a running one that has delivered nothing, and hastens one that has.
//
//   const QueuePlan plan = PlanQueue(unfinished, credential.status.active_rotation);
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/v1alpha1/credential_rotation_types.h"

namespace keysteward::op {

using RotationPtr = std::shared_ptr<const api::v1alpha1::CredentialRotation>;

struct QueuePlan {
  RotationPtr active;                // runs now, or null
  RotationPtr next;                  // to be activated when nothing runs; else the one that waits
  std::vector<RotationPtr> refused;  // one too many
  std::string superseded_by;         // the active one is undone for this request
  bool escalate = false;             // the active one goes on, as an emergency
};

// `unfinished`: those without a result.
QueuePlan PlanQueue(std::vector<RotationPtr> unfinished, const std::string& active);

}  // namespace keysteward::op
