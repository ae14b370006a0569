#include "operator/rotation/steps/delivery.h"

#include "operator/rotation/delivered_secret.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CurrentKey;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::ManagedCredentialStatus;
using api::v1alpha1::PreviousKeyStatus;

// The key that stands in the Secret becomes current; the one before it previous.
void NoteDelivery(const Environment& env, ManagedCredential& credential, const StagedKey& staged,
                  const std::string& rotation, int64_t revision) {
  ManagedCredentialStatus& status = credential.status;
  const bool same_key = status.current && status.current->generation == staged.origin.generation;
  if (status.current && !same_key) {
    status.previous = PreviousKeyStatus{.generation = status.current->generation,
                                        .revision = status.current->revision,
                                        .key_id = status.current->key_id,
                                        .digest = status.current->digest};
  }
  // Another key ends what a drift of the one before left to do: its own delivery moves everybody.
  if (!same_key) status.drift.reset();
  status.current = CurrentKey{.generation = staged.origin.generation,
                              .revision = same_key ? status.current->revision : revision,
                              .key_id = staged.key_id,
                              .digest = DigestOf(env.installation, staged.value),
                              .issued_at = staged.issued_at,
                              .expires_at = ExpiryOf(credential, staged),
                              .rotation = same_key ? status.current->rotation : rotation};
  status.expires_at = status.current->expires_at;
  status.revision = revision;
}

bool Holds(const DeliveredSecret& secret, const StagedKey& staged) {
  return secret.intact && secret.generation == staged.origin.generation;
}

Error ChangedMeanwhile() {
  return Error::Conflict("the Secret changed while it was being delivered");
}

}  // namespace

Result<DeliveredSecret> DeliverKey(const Environment& env, ManagedCredential& credential,
                                   const StagedKey& staged, const std::string& rotation,
                                   const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(DeliveredSecret now, ReadDelivered(env, credential, call));
  if (!Holds(now, staged)) {
    KS_RETURN_IF_ERROR(WriteDelivered(env, credential, staged, now, call));
    KS_ASSIGN_OR_RETURN(now, ReadDelivered(env, credential, call));
    if (!Holds(now, staged)) return ChangedMeanwhile();
  }
  NoteDelivery(env, credential, staged, rotation, now.revision);
  return now;
}

Result<void> RestoreKey(const Environment& env, ManagedCredential& credential,
                        const StagedKey& staged, int64_t revision, const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(DeliveredSecret now, ReadDelivered(env, credential, call));
  if (!Holds(now, staged) || now.revision != revision) {
    KS_RETURN_IF_ERROR(RewriteDelivered(env, credential, staged, now, revision, call));
    KS_ASSIGN_OR_RETURN(now, ReadDelivered(env, credential, call));
    if (!Holds(now, staged)) return ChangedMeanwhile();
  }
  NoteDelivery(env, credential, staged, "", revision);
  return {};
}

}  // namespace keysteward::op
