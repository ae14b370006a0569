// Record: the staged value of the dead key is dropped, as is that of a key whose issuer has nothing
// to revoke, or marked when the key stays alive on purpose (spec.revocation None); the driver then
// writes the result and signs the evidence up to it.
#include "operator/rotation/journal.h"
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

using api::v1alpha1::PreviousState;

Result<StepReport> ActRecord(StepContext& context) {
  const auto& status = context.rotation().status;
  const std::string& uid = context.credential().metadata.uid;
  const CondemnedKey condemned = CondemnedBy(status);
  if (condemned.generation == 0) return StepReport::Done("the evidence is complete");
  const bool revokes = context.issuer.capabilities().revokes;
  if (StepBegun(status, Step::kRevoke) || !revokes) {
    KS_RETURN_IF_ERROR(DeleteStaged(context.env, uid, condemned.generation, context.call));
    if (!revokes) context.NotePrevious(condemned.generation, PreviousState::kRetired);
  } else if (!StepBegun(status, Step::kRollBack)) {
    KS_RETURN_IF_ERROR(KeepStaged(context.env, uid, condemned.generation, context.call));
    context.NotePrevious(condemned.generation, PreviousState::kKept);
    context.Note("OldKeyKept", {{"keyId", condemned.id}});
  }
  return StepReport::Done("the evidence is complete");
}

}  // namespace keysteward::op
