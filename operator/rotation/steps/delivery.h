// DeliverKey and RestoreKey: put one staged key into the delivered Secret and note it in the
// credential's status. For Deliver and RollBack, and for the repair of drift.
#pragma once

#include "operator/rotation/observed_state.h"
#include "operator/rotation/staged_secret.h"

namespace keysteward::op {

// Returns the Secret as it stands after, with the revision under which it holds the key; a Secret
// that holds it already is taken over, not written again. `rotation` is noted as the one that
// delivered.
Result<DeliveredSecret> DeliverKey(const Environment& env,
                                   api::v1alpha1::ManagedCredential& credential,
                                   const StagedKey& staged, const std::string& rotation,
                                   const kube::Call& call);

// The current key once more, under a given revision; a Secret that holds it so already is not
// written again.
Result<void> RestoreKey(const Environment& env, api::v1alpha1::ManagedCredential& credential,
                        const StagedKey& staged, int64_t revision, const kube::Call& call);

}  // namespace keysteward::op
