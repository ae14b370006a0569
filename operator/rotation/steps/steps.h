// Act: runs the effect of one step. The functions behind it stand one per file in this folder.
#pragma once

#include "operator/rotation/step.h"
#include "operator/rotation/steps/step_context.h"

namespace keysteward::op {

Result<StepReport> Act(Step step, StepContext& context);

// Asks the provider for a key; after doubt looks it up by label instead of asking again.
Result<StepReport> ActIssue(StepContext& context);
// Reads the staged Secret back.
Result<StepReport> ActStage(StepContext& context);
// Calls the provider with the new key.
Result<StepReport> ActProbe(StepContext& context);
// Writes the new value into the delivered Secret as the next revision.
Result<StepReport> ActDeliver(StepContext& context);
// Patches consumers that still run an older delivery, within the governor's limits.
Result<StepReport> ActRestart(StepContext& context);
// Looks for use of the new key where the provider tells it.
Result<StepReport> ActVerify(StepContext& context);
// Switches the old key off behind a freshly read gate.
Result<StepReport> ActDisable(StepContext& context);
// Watches the disabled key for use; a use switches it on again.
Result<StepReport> ActQuiet(StepContext& context);
// Delivers the old value again, as a new revision.
Result<StepReport> ActRollBack(StepContext& context);
// Deletes the condemned key at the provider, for as long as it takes.
Result<StepReport> ActRevoke(StepContext& context);
// Calls the provider with the condemned key until it is refused.
Result<StepReport> ActProve(StepContext& context);
// Drops what only the running rotation needed; marks an old key that is kept on purpose.
Result<StepReport> ActRecord(StepContext& context);

}  // namespace keysteward::op
