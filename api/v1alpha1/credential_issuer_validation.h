// Validation of both issuer kinds: the rules of crds/*issuers.yaml, and those that need code:
// placeholders inside JSON bodies, declared parameters, entropy of generated keys.
//
// Hosts and addresses are judged by the operator when it connects, not here.
//
//   FieldErrors errors = Validate(issuer);
#pragma once

#include "api/v1alpha1/credential_issuer_types.h"
#include "api/v1alpha1/field_error.h"

namespace keysteward::api::v1alpha1 {

FieldErrors Validate(const CredentialIssuer& issuer);
FieldErrors Validate(const ClusterCredentialIssuer& issuer);

// Bits of a key of `length` characters drawn evenly from the distinct ones of `alphabet`.
double EntropyBits(int64_t length, std::string_view alphabet);

}  // namespace keysteward::api::v1alpha1
