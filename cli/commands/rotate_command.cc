#include "cli/commands/rotate_command.h"

#include <ostream>

#include "api/meta/decode.h"
#include "cli/commands/credential_reader.h"
#include "cli/commands/rotation_follower.h"
#include "cli/exit_codes.h"
#include "cli/output/table.h"

namespace keysteward::cli {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::EnumName;
using api::v1alpha1::ManagedCredential;
using nlohmann::json;

namespace {

constexpr size_t kShortestReason = 3;
constexpr size_t kLongestReason = 512;
const api::Resource& kRotations = api::KindOf<CredentialRotation>::resource;

bool NeedsReason(const RotateOptions& options) {
  return options.cause == Cause::kManual || options.cause == Cause::kLeak || options.revoke_first;
}

// A reason is read in an incident, so what makes the request wait is said at once.
void Warn(const CommandContext& context, const ManagedCredential& credential, Cause cause) {
  if (!credential.status.active_rotation.empty()) {
    context.err << "note: rotation " << Clean(credential.status.active_rotation)
                << " is running; this request waits for its end\n";
  }
  if (credential.spec.rotation.suspend && cause != Cause::kLeak) {
    context.err << "note: rotation of " << Clean(credential.metadata.name)
                << " is suspended; the request waits until spec.rotation.suspend is false\n";
  }
}

Result<CredentialRotation> Ask(const CommandContext& context, const RotateOptions& options) {
  KS_ASSIGN_OR_RETURN(const auto credential, ReadCredential(context, options.name));
  Warn(context, credential.typed, options.cause);
  Result<json> created =
      context.client.Create(kRotations, RotationRequest(options, context.namespace_name),
                            {.field_manager = "keysteward-cli"}, context.call());
  if (!created) {
    return std::move(created).error().WithContext("ask for a rotation of " +
                                                  context.namespace_name + "/" + options.name);
  }
  KS_ASSIGN_OR_RETURN(CredentialRotation rotation, api::Decode<CredentialRotation>(*created));
  if (!IsStructured(context.output)) {
    context.out << "rotation " << rotation.metadata.key().ToString() << " created\n";
  } else if (!options.wait) {
    PrintJson(*std::move(created), context.output, context.out);
  }
  return rotation;
}

}  // namespace

Result<void> CheckRotateOptions(const RotateOptions& options) {
  if (options.name.empty() == options.attach.empty()) {
    return Error::InvalidArgument("name a credential to rotate, or a rotation with --attach");
  }
  if (!options.attach.empty()) return {};
  if (options.revoke_first && !options.emergency) {
    return Error::InvalidArgument(
        "--revoke-first ends the old key before its consumers have moved: it needs --emergency "
        "too");
  }
  if (options.reason.empty() && !NeedsReason(options)) return {};
  if (options.reason.size() >= kShortestReason && options.reason.size() <= kLongestReason)
    return {};
  return Error::InvalidArgument(
      "say why with --reason, in 3 to 512 characters: --reason \"SEC-123: key seen in build log\"");
}

json RotationRequest(const RotateOptions& options, const std::string& namespace_name) {
  json spec = {{"credentialRef", {{"name", options.name}}},
               {"cause", std::string(EnumName(options.cause))}};
  if (!options.reason.empty()) spec["reason"] = options.reason;
  if (options.emergency) spec["urgency"] = "Emergency";
  if (options.revoke_first) spec["revoke"] = "First";
  return {{"apiVersion", kRotations.api_version()},
          {"kind", std::string(kRotations.kind)},
          {"metadata", {{"generateName", options.name + "-"}, {"namespace", namespace_name}}},
          {"spec", std::move(spec)}};
}

Result<int> RunRotate(const CommandContext& context, const RotateOptions& options) {
  KS_RETURN_IF_ERROR(CheckRotateOptions(options));
  if (!options.attach.empty()) return FollowRotation(context, options.attach, options.timeout);
  KS_ASSIGN_OR_RETURN(const CredentialRotation rotation, Ask(context, options));
  if (options.wait) return FollowRotation(context, rotation.metadata.name, options.timeout);
  if (!IsStructured(context.output)) {
    context.out << "watch it: " << AttachCommand(context, rotation.metadata.name) << '\n';
  }
  return kExitOk;
}

}  // namespace keysteward::cli
