// Validation of CredentialRevocation: the rules of crds/credentialrevocations.yaml. Only the
// operator writes them; admission refuses everybody else.
//
//   FieldErrors errors = ValidateUpdate(before, after);
#pragma once

#include "api/v1alpha1/credential_revocation_types.h"
#include "api/v1alpha1/field_error.h"

namespace keysteward::api::v1alpha1 {

FieldErrors Validate(const CredentialRevocation& revocation);
// The spec is immutable.
FieldErrors ValidateUpdate(const CredentialRevocation& before, const CredentialRevocation& after);

}  // namespace keysteward::api::v1alpha1
