// Reads of our kinds for commands: the object as stored and as its type.
//
//   KS_ASSIGN_OR_RETURN(const auto credential, ReadCredential(context, "stripe-live"));
//   credential.typed.status.current
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "cli/commands/command_context.h"

namespace keysteward::cli {

template <typename T>
struct Read {
  nlohmann::json raw;
  T typed;
};

Result<Read<api::v1alpha1::ManagedCredential>> ReadCredential(const CommandContext& context,
                                                              const std::string& name);

Result<Read<api::v1alpha1::CredentialRotation>> ReadRotation(const CommandContext& context,
                                                             const std::string& name);

// The rotations of that credential of context.namespace_name, newest first.
Result<std::vector<Read<api::v1alpha1::CredentialRotation>>> ReadRotations(
    const CommandContext& context, const std::string& credential);

}  // namespace keysteward::cli
