// Validation of CredentialRotation: the rules of crds/credentialrotations.yaml. Who may set which
// cause, and the verbs for emergencies, depend on the user and are judged at admission.
//
//   FieldErrors errors = Validate(rotation);
#pragma once

#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/field_error.h"

namespace keysteward::api::v1alpha1 {

FieldErrors Validate(const CredentialRotation& rotation);
// The spec is immutable.
FieldErrors ValidateUpdate(const CredentialRotation& before, const CredentialRotation& after);

// Whether a person may ask for it; the other causes are the operator's own.
bool MayBeRequested(Cause cause);

}  // namespace keysteward::api::v1alpha1
