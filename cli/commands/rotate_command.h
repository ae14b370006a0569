// `keysteward rotate NAME --reason TEXT`: asks for a rotation by creating a CredentialRotation, and
// with --wait follows it to its end. `rotate --attach ROTATION` follows one that exists.
//
// Exit status: 0 created, or with wait Proven or Completed; 1 another end; 4 its end was not seen.
//
//   KS_ASSIGN_OR_RETURN(const int status,
//                       RunRotate(context, {.name = "stripe-live", .reason = "SEC-123"}));
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/v1alpha1/credential_rotation_enums.h"
#include "cli/commands/command_context.h"

namespace keysteward::cli {

struct RotateOptions {
  std::string name;    // of the ManagedCredential; empty with attach
  std::string attach;  // name of a CredentialRotation
  std::string reason;
  api::v1alpha1::Cause cause = api::v1alpha1::Cause::kManual;
  bool emergency = false;
  bool revoke_first = false;
  bool wait = false;
  Duration timeout = std::chrono::minutes(15);
};

// What is wrong with the combination, as kInvalidArgument; the same rules as the server's.
Result<void> CheckRotateOptions(const RotateOptions& options);

// The object to create. Members that the server fills in are left out.
nlohmann::json RotationRequest(const RotateOptions& options, const std::string& namespace_name);

Result<int> RunRotate(const CommandContext& context, const RotateOptions& options);

}  // namespace keysteward::cli
