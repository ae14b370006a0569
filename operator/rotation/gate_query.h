// GateQuery of a rotation: which delivery its consumers must run, and what may hold restarts back.
#pragma once

#include "operator/rotation/environment.h"

namespace keysteward::op {

// A leak and the way back wait for nothing. A key that its provider refuses may be the reason why
// its users are unhealthy, so they are restarted all the same. Anything else is done with full
// care.
Care CareOf(const api::v1alpha1::CredentialRotation& rotation);

GateQuery GateQueryOf(const Environment& env, const api::v1alpha1::ManagedCredential& credential,
                      Care care = Care::kFull);

}  // namespace keysteward::op
