// ServerInfo: the version of an API server and which of our kinds it serves. Every user who can log
// in may read both.
//
//   KS_ASSIGN_OR_RETURN(const ServerInfo server, ReadServerInfo(context));
#pragma once

#include <string>
#include <vector>

#include "cli/commands/command_context.h"

namespace keysteward::cli {

struct ServerInfo {
  std::string git_version;         // "v1.36.3"
  int minor = 0;                   // 36; 0 when it cannot be read
  std::vector<std::string> kinds;  // plurals under keysteward.dev/v1alpha1, sorted; often none
};

// Source of the answers: GET /version and the discovery document APIResourceList.
Result<ServerInfo> ReadServerInfo(const CommandContext& context);

}  // namespace keysteward::cli
