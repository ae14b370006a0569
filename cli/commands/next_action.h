// NextAction: what will happen to a credential by itself, or what a person should do, in the order
// of urgency. Pure.
//
//   for (const std::string& line : NextActions(credential, active, now, names)) out << line <<
//   '\n';
#pragma once

#include <string>
#include <vector>

#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "common/clock.h"

namespace keysteward::cli {

// `active` is the running rotation or nullptr. Never empty; the first line matters most.
std::vector<std::string> NextActions(const api::v1alpha1::ManagedCredential& credential,
                                     const api::v1alpha1::CredentialRotation* active, WallTime now,
                                     const std::string& program);

}  // namespace keysteward::cli
