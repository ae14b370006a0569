#include "operator/rotation/steps/delivery.h"

#include "operator/rotation/delivered_secret.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CurrentKey;
using api::v1alpha1::ManagedCredentialStatus;
using api::v1alpha1::PreviousKeyStatus;

// The key that stands in the Secret becomes current; the one before it previous.
void NoteDelivery(StepContext& context, const StagedKey& staged, int64_t revision) {
  ManagedCredentialStatus& status = context.credential().status;
  if (status.current && status.current->generation != staged.origin.generation) {
    status.previous = PreviousKeyStatus{.generation = status.current->generation,
                                        .revision = status.current->revision,
                                        .key_id = status.current->key_id,
                                        .digest = status.current->digest};
  }
  status.current = CurrentKey{.generation = staged.origin.generation,
                              .revision = revision,
                              .key_id = staged.key_id,
                              .digest = DigestOf(context.env.installation, staged.value),
                              .issued_at = staged.issued_at,
                              .expires_at = ExpiryOf(context.credential(), staged),
                              .rotation = context.rotation().metadata.name};
  status.expires_at = status.current->expires_at;
  status.revision = revision;
}

}  // namespace

Result<int64_t> DeliverKey(StepContext& context, const StagedKey& staged) {
  KS_ASSIGN_OR_RETURN(DeliveredSecret now,
                      ReadDelivered(context.env, context.credential(), &staged, context.call));
  int64_t revision = now.revision;
  if (!now.intact) {
    KS_ASSIGN_OR_RETURN(revision, WriteDelivered(context.env, context.credential(), staged, now,
                                                 context.call));
    KS_ASSIGN_OR_RETURN(now,
                        ReadDelivered(context.env, context.credential(), &staged, context.call));
    if (!now.intact) return Error::Conflict("the Secret changed while it was being delivered");
  }
  NoteDelivery(context, staged, revision);
  context.state.secret = now;
  return revision;
}

}  // namespace keysteward::op
