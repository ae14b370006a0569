// The checks that stand before every call that harms a key, all on fresh reads.
#pragma once

#include <string>

#include "operator/rotation/journal.h"
#include "operator/rotation/steps/step_context.h"

namespace keysteward::op {

struct GuardAnswer {
  bool permitted = false;
  std::string reason;  // why not
  std::string message;
  std::string proof;  // digest of the reading that permits, 16 hex digits
};

// No pod that may still run holds the condemned key, and the Secret does not hold it: consistent
// reads of pods, workloads and the Secret.
Result<GuardAnswer> NobodyHolds(StepContext& context, const CondemnedKey& condemned);

// What a step reports while somebody holds the key; once that lasts longer than a rollout may take
// it is Blocked InUse.
StepReport NotYet(const StepContext& context, const GuardAnswer& answer);

// The provider's own record says that the key is ours: it carries our label for this credential, or
// it answers to the value we hold. An absent key is ours to call gone.
Result<GuardAnswer> IsOurs(StepContext& context, const CondemnedKey& condemned);

}  // namespace keysteward::op
