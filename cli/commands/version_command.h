// `keysteward version`: of this program, and of the cluster unless --client.
//
//   KS_ASSIGN_OR_RETURN(const int status, RunVersion(context));
#pragma once

#include <iosfwd>

#include "cli/commands/command_context.h"

namespace keysteward::cli {

// Offline.
void PrintClientVersion(OutputFormat output, std::ostream& out);

// Client and server; JSON and YAML: {"client":{…},"server":{…}}.
Result<int> RunVersion(const CommandContext& context);

}  // namespace keysteward::cli
