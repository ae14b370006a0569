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

// Inside a pod without a kubeconfig the service account counts, as for kubectl.
Result<kube::RestConfig> Configuration(const cli::CommandLine& line, const Clock& clock) {
  Result<kube::RestConfig> config = kube::LoadKubeconfig(line.flags, Variable, clock);
  const kube::KubeconfigFlags& flags = line.flags;
  const bool chosen = !(flags.context + flags.cluster + flags.user + flags.token + flags.as +
                        flags.as_uid + flags.kubeconfig)
                           .empty() ||
                      !flags.as_groups.empty();
  if (config || chosen || config.error().code != ErrorCode::kNotFound) return config;
  Result<kube::RestConfig> in_cluster = kube::LoadInCluster(Variable, clock);
  if (!in_cluster) return config;
  if (!flags.namespace_name.empty()) in_cluster->namespace_name = flags.namespace_name;
  return in_cluster;
}

Result<cli::Connected> Connect(const cli::CommandLine& line, const Clock& clock, Metrics& metrics) {
  KS_ASSIGN_OR_RETURN(kube::RestConfig config, Configuration(line, clock));
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
