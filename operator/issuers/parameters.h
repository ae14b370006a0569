// RefusedParameters: whether an issuer, as it stands now, takes the parameters of a credential.
//
// Admission judges the same by the same rules (api/v1alpha1/managed_credential_validation.h), but
// only when the credential is written: the issuer may have changed since, or no webhook answered.
//
//   const std::string refused = RefusedParameters(credential.spec, issuer);
//   if (!refused.empty()) …nothing is asked of the provider
#pragma once

#include <string>

#include "operator/issuers/issuer.h"

namespace keysteward::op {

// "" when they are taken; else what is wrong with which field and the way out, for people.
std::string RefusedParameters(const api::v1alpha1::ManagedCredentialSpec& spec,
                              const Issuer& issuer);

}  // namespace keysteward::op
