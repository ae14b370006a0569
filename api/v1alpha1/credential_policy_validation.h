// Validation of CredentialPolicy: the rules of crds/credentialpolicies.yaml. What needs the
// detection engine, such as whether a custom rule finds its examples, is in policy/custom_rules.h.
//
//   FieldErrors errors = Validate(policy);
#pragma once

#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/field_error.h"

namespace keysteward::api::v1alpha1 {

FieldErrors Validate(const CredentialPolicy& policy);

}  // namespace keysteward::api::v1alpha1
