// Validation of CredentialPolicy: the rules of crds/credentialpolicies.yaml. Whether a disabled
// rule exists is known only to the detection engine and is judged at admission.
//
//   FieldErrors errors = Validate(policy);
#pragma once

#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/field_error.h"

namespace keysteward::api::v1alpha1 {

FieldErrors Validate(const CredentialPolicy& policy);

}  // namespace keysteward::api::v1alpha1
