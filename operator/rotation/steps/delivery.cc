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
  // A repair delivers the same key again: pods that hold it already stay as they are.
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

}  // namespace

Result<DeliveredSecret> DeliverKey(const Environment& env, ManagedCredential& credential,
                                   const StagedKey& staged, const std::string& rotation,
                                   const kube::Call& call) {
  const auto holds = [&staged](const DeliveredSecret& secret) {
    return secret.intact && secret.generation == staged.origin.generation;
  };
  KS_ASSIGN_OR_RETURN(DeliveredSecret now, ReadDelivered(env, credential, call));
  if (!holds(now)) {
    KS_RETURN_IF_ERROR(WriteDelivered(env, credential, staged, now, call));
    KS_ASSIGN_OR_RETURN(now, ReadDelivered(env, credential, call));
    if (!holds(now)) return Error::Conflict("the Secret changed while it was being delivered");
  }
  NoteDelivery(env, credential, staged, rotation, now.revision);
  return now;
}

}  // namespace keysteward::op
