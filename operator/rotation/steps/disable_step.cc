// Disable: the old key is switched off, in two passes. The first reads the gate afresh and stores
// the digest of that reading; the second, after it is durable, reads again and calls the provider.
// From the stored intent on there is no way back to the old key.
#include "operator/rotation/journal.h"
#include "operator/rotation/steps/old_key_guard.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

Result<StepReport> ActDisable(StepContext& context) {
  auto& entry = JournalEntry(context.rotation().status, Step::kDisable);
  const CondemnedKey old_key = CondemnedBy(context.rotation().status);
  KS_ASSIGN_OR_RETURN(const GuardAnswer held, NobodyHolds(context, old_key));
  if (!held.permitted) {
    return StepReport::Again(held.reason, held.message, std::chrono::seconds(1));
  }
  if (entry.proof.empty()) {
    entry.proof = held.proof;
    context.Note("IntentRecorded",
                 {{"step", "Disable"}, {"keyId", old_key.id}, {"proof", held.proof}});
    return StepReport::Again("IntentRecorded", "about to disable the old key", Duration::zero());
  }
  KS_ASSIGN_OR_RETURN(const GuardAnswer ours, IsOurs(context, old_key));
  if (!ours.permitted) return StepReport::Blocked("ProviderRefuses", ours.message);
  if (!context.env.is_leader()) return Error::Unavailable("no longer leader");
  KS_RETURN_IF_ERROR(context.issuer.Disable(old_key.id, context.call));
  if (auto& previous = context.credential().status.previous) {
    previous->state = api::v1alpha1::PreviousState::kDisabled;
  }
  context.Note("OldKeyDisabled", {{"keyId", old_key.id}, {"proof", entry.proof}});
  return StepReport::Done("old key " + old_key.id + " disabled");
}

}  // namespace keysteward::op
