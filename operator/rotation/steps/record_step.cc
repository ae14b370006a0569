// Record: the staged value of the dead key is dropped; the driver then writes the result and signs
// the evidence up to it.
#include "operator/rotation/journal.h"
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

Result<StepReport> ActRecord(StepContext& context) {
  const CondemnedKey condemned = CondemnedBy(context.rotation().status);
  const bool dead =
      StepBegun(context.rotation().status, Step::kRevoke) || !context.issuer.capabilities().revokes;
  if (condemned.generation > 0 && dead) {
    KS_RETURN_IF_ERROR(DeleteStaged(context.env, context.credential().metadata.uid,
                                    condemned.generation, context.call));
  }
  return StepReport::Done("the evidence is complete");
}

}  // namespace keysteward::op
