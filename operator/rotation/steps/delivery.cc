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
  const bool same_key =
      status.current && status.current->generation == staged.origin.generation;
  // A repair delivers the same key again: pods that hold it already stay as they are.
  const int64_t first_revision = same_key ? status.current->revision : revision;
  if (status.current && !same_key) {
    status.previous = PreviousKeyStatus{.generation = status.current->generation,
                                        .revision = status.current->revision,
                                        .key_id = status.current->key_id,
                                        .digest = status.current->digest};
  }
  status.current = CurrentKey{.generation = staged.origin.generation,
                              .revision = first_revision,
                              .key_id = staged.key_id,
                              .digest = DigestOf(context.env.installation, staged.value),
                              .issued_at = staged.issued_at,
                              .expires_at = ExpiryOf(context.credential(), staged),
                              .rotation = same_key ? status.current->rotation
                                                   : context.rotation().metadata.name};
  status.expires_at = status.current->expires_at;
  status.revision = revision;
}

}  // namespace

Result<int64_t> DeliverKey(StepContext& context, const StagedKey& staged) {
  KS_ASSIGN_OR_RETURN(DeliveredSecret now,
                      ReadDelivered(context.env, context.credential(), context.call));
  const auto holds = [&staged](const DeliveredSecret& secret) {
    return secret.intact && secret.generation == staged.origin.generation;
  };
  int64_t revision = now.revision;
  if (!holds(now)) {
    KS_ASSIGN_OR_RETURN(revision, WriteDelivered(context.env, context.credential(), staged, now,
                                                 context.call));
    KS_ASSIGN_OR_RETURN(now,
                        ReadDelivered(context.env, context.credential(), context.call));
    if (!holds(now)) return Error::Conflict("the Secret changed while it was being delivered");
  }
  NoteDelivery(context, staged, revision);
  context.state.secret = now;
  return revision;
}

}  // namespace keysteward::op
