// `keysteward status NAME`: one credential in full, for somebody who sees it for the first time.
//
// Exit status: 0 Ready, 1 not Ready or no such credential.
//
//   KS_ASSIGN_OR_RETURN(const int status, RunStatus(context, {.name = "stripe-live"}));
#pragma once

#include <string>

#include "cli/commands/command_context.h"

namespace keysteward::cli {

struct StatusOptions {
  std::string name;
};

// JSON and YAML: {"credential":{…},"rotations":[…],"next":["…"]}, objects as stored, newest first.
Result<int> RunStatus(const CommandContext& context, const StatusOptions& options);

}  // namespace keysteward::cli
