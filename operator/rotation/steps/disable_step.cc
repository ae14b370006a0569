// Disable: the old key is switched off, in two passes. The first reads the gate afresh and stores
// the digest of that reading; the second, after it is durable, reads again and calls the provider.
// From the stored intent on there is no way back to the old key. When a use made it be switched on
// again, it is disabled anew only after a whole quiet period without one.
#include "operator/rotation/harmful_call.h"
#include "operator/rotation/journal.h"
#include "operator/rotation/steps/old_key_guard.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {
namespace {

// Whether the holder that made us switch the key on again may still be at it.
Result<bool> HolderMayBeActive(StepContext& context, const std::string& key_id) {
  if (JournalEntry(context.rotation().status, Step::kDisable).attempts < 2) return false;
  const Duration quiet = context.credential().spec.rotation.quiet;
  if (context.state.in_step < quiet) return true;
  Result<LastUse> use = context.issuer.LastUsed(key_id, context.call);
  if (!use && use.error().code == ErrorCode::kNotFound) return false;
  if (!use) return std::move(use).error();
  return use->use == Use::kAt && context.env.clock.WallNow() - use->at < quiet;
}

}  // namespace

Result<StepReport> ActDisable(StepContext& context) {
  auto& entry = JournalEntry(context.rotation().status, Step::kDisable);
  const CondemnedKey old_key = CondemnedBy(context.rotation().status);
  KS_ASSIGN_OR_RETURN(const GuardAnswer held, NobodyHolds(context, old_key));
  if (!held.permitted) return NotYet(context, held);
  KS_ASSIGN_OR_RETURN(const bool active, HolderMayBeActive(context, old_key.id));
  if (active) {
    return StepReport::Blocked("ExternalHolder", "key " + old_key.id +
                                                     " is still used by somebody we do not know; "
                                                     "find its holder");
  }
  if (entry.proof.empty()) {
    entry.proof = held.proof;
    context.Note("IntentRecorded",
                 {{"step", "Disable"}, {"keyId", old_key.id}, {"proof", held.proof}});
    return StepReport::Again("IntentRecorded", "about to disable the old key", Duration::zero());
  }
  KS_ASSIGN_OR_RETURN(const GuardAnswer ours, IsOurs(context, old_key));
  if (!ours.permitted) return StepReport::Blocked("ProviderRefuses", ours.message);
  KS_ASSIGN_OR_RETURN(const kube::Call bounded, HarmfulCall(context.env, context.call));
  const Result<void> disabled = context.issuer.Disable(old_key.id, bounded);
  const bool gone = !disabled && disabled.error().code == ErrorCode::kNotFound;
  if (!disabled && !gone) return disabled.error();
  context.NotePrevious(old_key.generation, api::v1alpha1::PreviousState::kDisabled);
  context.Note("OldKeyDisabled", {{"keyId", old_key.id}, {"proof", entry.proof}});
  return StepReport::Done("old key " + old_key.id +
                          (gone ? " is gone at the provider" : " disabled"));
}

}  // namespace keysteward::op
