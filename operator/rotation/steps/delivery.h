// DeliverKey: puts one staged key into the delivered Secret and notes it in the credential's status.
// Shared by Deliver, RollBack and the repair of drift.
#pragma once

#include "operator/rotation/staged_secret.h"
#include "operator/rotation/steps/step_context.h"

namespace keysteward::op {

// Returns the revision under which the Secret now holds the key; writes nothing when it holds it
// already and the status says so.
Result<int64_t> DeliverKey(StepContext& context, const StagedKey& staged);

}  // namespace keysteward::op
