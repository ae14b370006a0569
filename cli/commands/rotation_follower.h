// RotationFollower: a rotation told line by line as its steps complete.
//
// Stopping to watch (Ctrl-C, timeout, lost connection) never touches the rotation itself.
//
//   KS_ASSIGN_OR_RETURN(const int status, FollowRotation(context, "stripe-live-8", 15min));
#pragma once

#include <set>
#include <string>
#include <vector>

#include "api/v1alpha1/credential_rotation_types.h"
#include "cli/commands/command_context.h"

namespace keysteward::cli {

// What to print about a rotation, each thing once. Not thread-safe.
class RotationStory {
 public:
  // Lines that are new since the last call: completed steps, a long step that began, a
  // block, the place in the queue.
  std::vector<std::string> NewLines(const api::v1alpha1::CredentialRotation& rotation);

 private:
  std::set<std::string> begun_steps_;
  std::set<std::string> told_steps_;
  std::string told_wait_;
};

// "keysteward rotate --attach NAME -n NAMESPACE"
std::string AttachCommand(const CommandContext& context, const std::string& rotation);

// Reads the rotation every second until it ends, `timeout` passes or context.stop fires. A server
// that does not answer is asked again. With JSON or YAML output the lines go to `err` and the
// finished object to `out`. Exit status as in rotate_command.h.
Result<int> FollowRotation(const CommandContext& context, const std::string& name,
                           Duration timeout);

}  // namespace keysteward::cli
