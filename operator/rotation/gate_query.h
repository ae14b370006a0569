// GateQuery of a rotation: which delivery its consumers must run, and what may hold restarts back.
#pragma once

#include "operator/rotation/environment.h"

namespace keysteward::op {

// Whether obstacles hold its restarts back. A leak and the way back wait for nothing: waiting would
// do more harm.
bool IsRestrained(const api::v1alpha1::CredentialRotation& rotation);

// Whether its delivery waits until every workload is healthy with the key it has. Not when the
// rotation is unrestrained, nor for a first key, which is what pods without one wait for, nor for a
// key that its provider refuses: that may be why they are unhealthy. Once delivered, the new key
// may be.
bool DeliversToHealthyOnly(const api::v1alpha1::CredentialRotation& rotation);

GateQuery GateQueryOf(const Environment& env, const api::v1alpha1::ManagedCredential& credential,
                      bool restrained = true);

}  // namespace keysteward::op
