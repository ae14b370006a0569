// RollBack: consumers get the old key again, as a new revision, so that every pod that may hold the
// new key can be told apart. Nothing to do when the new key was never delivered.
#include "common/duration.h"
#include "operator/rotation/journal.h"
#include "operator/rotation/steps/delivery.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

Result<StepReport> ActRollBack(StepContext& context) {
  auto& status = context.rotation().status;
  auto& credential = context.credential();
  if (!StepBegun(status, Step::kDeliver)) return StepReport::Done("");
  if (!status.old_key) return StepReport::Blocked("StagedKeyLost", "this was the first key");
  KS_ASSIGN_OR_RETURN(
      const std::optional<StagedKey> old_key,
      ReadStaged(context.env, credential.metadata.uid, status.old_key->generation, context.call));
  if (!old_key) {
    return StepReport::Blocked("StagedKeyLost",
                               "the value of the old key is gone; rotate again to get a new one");
  }
  const bool standing = credential.status.current &&
                        credential.status.current->generation == old_key->origin.generation;
  KS_ASSIGN_OR_RETURN(const DeliveredSecret secret,
                      DeliverKey(context.env, credential, *old_key,
                                 context.rotation().metadata.name, context.call));
  if (!standing) {
    context.Note("Delivered", {{"keyId", old_key->key_id}, {"revision", secret.revision}});
    return StepReport::Again("SettlingSecret", "old key delivered again", Duration::zero());
  }
  const Duration left = context.state.secret_staleness - context.state.delivered_for;
  if (left > Duration::zero()) {
    return StepReport::Again("SettlingSecret", "waiting until every kubelet serves the old key",
                             left);
  }
  credential.status.settled_revision = credential.status.revision;
  return StepReport::Done("");
}

}  // namespace keysteward::op
