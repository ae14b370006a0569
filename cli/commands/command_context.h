// CommandContext: what a command that talks to a cluster works with. Commands take it and their own
// options, write to its streams and answer an exit status; an Error is explained by the caller.
//
//   Result<int> RunStatus(const CommandContext& context, const StatusOptions& options);
#pragma once

#include <iosfwd>
#include <stop_token>
#include <string>

#include "cli/output/format.h"
#include "common/clock.h"
#include "common/result.h"
#include "kube/client/client.h"

namespace keysteward::cli {

struct CommandContext {
  kube::Client& client;
  const Clock& clock;
  std::ostream& out;
  std::ostream& err;
  std::string program = "keysteward";  // as it was called, for "what next" lines
  std::string namespace_name = "default";
  bool all_namespaces = false;
  std::string operator_namespace = "keysteward-system";
  OutputFormat output = OutputFormat::kTable;
  bool colour = false;
  std::stop_token stop;
  Duration request_timeout = std::chrono::seconds(30);

  kube::Call call() const { return {.stop = stop, .timeout = request_timeout}; }
};

}  // namespace keysteward::cli
