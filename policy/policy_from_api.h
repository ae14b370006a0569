// CredentialPolicy and CredentialException objects to the plain values that Judge takes.
//
//   snapshot.policies.push_back(PolicyFrom(object));
#pragma once

#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "policy/policy.h"

namespace keysteward::policy {

Policy PolicyFrom(const api::v1alpha1::CredentialPolicy& object);
Exception ExceptionFrom(const api::v1alpha1::CredentialException& object);

}  // namespace keysteward::policy
