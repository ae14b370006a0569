// keysteward, also kubectl-keysteward: wiring only. Exit status: cli/exit_codes.h.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <optional>

#include "cli/command_line.h"
#include "cli/exit_codes.h"
#include "cli/run.h"
#include "common/termination.h"
#include "common/version.h"
#include "kube/config/connection.h"
#include "observability/metrics.h"

namespace {

using namespace keysteward;  // NOLINT: main is wiring

std::string Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

// https://no-color.org: set and not empty.
bool WantsColour() { return isatty(STDOUT_FILENO) == 1 && Variable("NO_COLOR").empty(); }

Result<cli::Connected> Connect(const cli::CommandLine& line, const Clock& clock, Metrics& metrics) {
  KS_ASSIGN_OR_RETURN(kube::RestConfig config, kube::LoadKubeconfig(line.flags, Variable, clock));
  KS_ASSIGN_OR_RETURN(
      auto connection,
      kube::Connection::Create(std::move(config), clock, metrics,
                               {.user_agent = "keysteward-cli/" + std::string(kVersion)}));
  std::shared_ptr<kube::Connection> kept = std::move(connection);
  return cli::Connected{kept, &kept->client(), kept->namespace_name(), kept->server().Url()};
}

}  // namespace

int main(int argc, char** argv) {
  const cli::ParsedCommandLine parsed = cli::ParseCommandLine(argc, argv, std::cout, std::cerr);
  if (!parsed.run) return parsed.exit_code;
  // Before any other thread. Commands that only read end at once at Ctrl-C, as usual.
  std::optional<Termination> termination;
  if (cli::Waits(parsed.line)) termination.emplace();
  const SystemClock clock;
  const std::unique_ptr<Metrics> metrics = MakeMetrics();
  const int exit_code = cli::Run(
      parsed.line,
      {.clock = clock,
       .in = std::cin,
       .out = std::cout,
       .err = std::cerr,
       .colour = WantsColour(),
       .stop = termination ? termination->stop() : std::stop_token(),
       .connect = [&](const cli::CommandLine& line) { return Connect(line, clock, *metrics); }});
  std::cout.flush();
  return std::cout ? exit_code : cli::kExitFault;
}
