// DeliverKey: puts one staged key into the delivered Secret and notes it in the credential's
// status. Shared by Deliver, RollBack and the repair of drift.
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

}  // namespace keysteward::op
