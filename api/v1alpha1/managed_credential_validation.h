// Validation of ManagedCredential: the rules of crds/managedcredentials.yaml again, for servers and
// tools without them, and those that need code. Pure functions.
//
//   FieldErrors errors = ValidateCreate(credential, clock.WallNow());
//   if (!errors.empty()) Deny(errors);
#pragma once

#include <functional>
#include <vector>

#include "api/v1alpha1/field_error.h"
#include "api/v1alpha1/http_issuer_types.h"
#include "api/v1alpha1/managed_credential_types.h"

namespace keysteward::api::v1alpha1 {

// What holds for every stored object, whenever it was written.
FieldErrors Validate(const ManagedCredential& credential);
// Also: a standing that has not ended at `now`.
FieldErrors ValidateCreate(const ManagedCredential& credential, WallTime now);
// Also: immutable fields. A standing that ended meanwhile is refused only when it was changed, so
// that labels and finalizers of old objects stay writable.
FieldErrors ValidateUpdate(const ManagedCredential& before, const ManagedCredential& after,
                           WallTime now);

// Whether `pattern` (RE2) is found in `value`; an error for an invalid pattern. Injected because
// regular expressions live in a higher layer.
using PatternMatcher =
    std::function<Result<bool>(const std::string& pattern, const std::string& value)>;

// spec.parameters against what the issuer declares: unknown, missing, and ill-formed ones.
FieldErrors ValidateParameters(const ManagedCredentialSpec& spec,
                               const std::vector<IssuerParameter>& declared,
                               const PatternMatcher& matches);

}  // namespace keysteward::api::v1alpha1
