// The text of `keysteward status`. Pure.
#pragma once

#include <iosfwd>
#include <vector>

#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "common/clock.h"

namespace keysteward::cli {

struct StatusReport {
  const api::v1alpha1::ManagedCredential& credential;
  std::vector<const api::v1alpha1::CredentialRotation*> rotations;  // newest first
  std::vector<std::string> next;
  WallTime now;
};

// The rotation that status.activeRotation names, or nullptr.
const api::v1alpha1::CredentialRotation* ActiveRotation(
    const api::v1alpha1::ManagedCredential& credential,
    const std::vector<const api::v1alpha1::CredentialRotation*>& rotations);

void PrintStatus(const StatusReport& report, std::ostream& out);

}  // namespace keysteward::cli
