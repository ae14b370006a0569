// Validation of CredentialException: the rules of crds/credentialexceptions.yaml, and the end that
// must lie near, which only code can judge.
//
//   FieldErrors errors = ValidateCreate(exception, clock.WallNow());
#pragma once

#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/field_error.h"

namespace keysteward::api::v1alpha1 {

inline constexpr Duration kMaxExceptionLifetime = std::chrono::hours(90 * 24);

FieldErrors Validate(const CredentialException& exception);
// Also: the end is after `now` and at most `longest` later.
FieldErrors ValidateCreate(const CredentialException& exception, WallTime now,
                           Duration longest = kMaxExceptionLifetime);
// The end is judged only when it was changed, so that a waiver that has ended stays editable.
FieldErrors ValidateUpdate(const CredentialException& before, const CredentialException& after,
                           WallTime now, Duration longest = kMaxExceptionLifetime);

}  // namespace keysteward::api::v1alpha1
