// DueRotation: when the next rotation of a credential is due, and why. Pure.
//
//   const DueRotation due = NextRotation(credential, now);
//   if (due.at <= now) …create a CredentialRotation with due.cause
#pragma once

#include "api/v1alpha1/credential_rotation_enums.h"
#include "api/v1alpha1/managed_credential_types.h"

namespace keysteward::op {

struct DueRotation {
  WallTime at{};
  api::v1alpha1::Cause cause = api::v1alpha1::Cause::kSchedule;
};

// A missing key is due at once; otherwise the sooner of interval and expiry − rotateBefore. After
// failures in a row it waits 1 minute, doubling to 1 hour, from the last one. Nothing when the key
// neither expires nor has an interval.
std::optional<DueRotation> NextRotation(const api::v1alpha1::ManagedCredential& credential,
                                        WallTime now);

}  // namespace keysteward::op
