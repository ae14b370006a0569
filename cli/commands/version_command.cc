#include "cli/commands/version_command.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands/server_info.h"
#include "cli/exit_codes.h"
#include "cli/output/table.h"
#include "common/version.h"

namespace keysteward::cli {

using nlohmann::json;

namespace {

json Client() { return {{"version", std::string(kVersion)}, {"api", "keysteward.dev/v1alpha1"}}; }

std::string Served(const ServerInfo& server) {
  if (server.kinds.empty()) return "not installed";
  return "keysteward.dev/v1alpha1, " + std::to_string(server.kinds.size()) + " kinds";
}

}  // namespace

void PrintClientVersion(OutputFormat output, std::ostream& out) {
  if (IsStructured(output)) {
    PrintJson({{"client", Client()}}, output, out);
    return;
  }
  out << "Client: keysteward " << kVersion << '\n';
}

Result<int> RunVersion(const CommandContext& context) {
  if (!IsStructured(context.output)) PrintClientVersion(context.output, context.out);
  KS_ASSIGN_OR_RETURN(const ServerInfo server, ReadServerInfo(context));
  if (IsStructured(context.output)) {
    PrintJson({{"client", Client()},
               {"server", {{"kubernetes", server.git_version}, {"kinds", server.kinds}}}},
              context.output, context.out);
    return kExitOk;
  }
  context.out << "Server: Kubernetes " << Clean(server.git_version) << '\n'
              << "Kinds:  " << Served(server) << '\n';
  return kExitOk;
}

}  // namespace keysteward::cli
