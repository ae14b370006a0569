#include "kube/program/program.h"

#include <cstdio>
#include <cstdlib>

#include "common/heap.h"
#include "common/termination.h"
#include "common/version.h"
#include "kube/config/connection.h"

namespace keysteward::kube {
namespace {

std::string Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

Result<std::unique_ptr<Connection>> Connect(const ProgramOptions& options, const Clock& clock,
                                            Metrics& metrics) {
  KS_ASSIGN_OR_RETURN(RestConfig config, options.kubeconfig.empty()
                                             ? LoadInCluster(Variable, clock)
                                             : LoadKubeconfig({.kubeconfig = options.kubeconfig,
                                                               .context = options.context},
                                                              Variable, clock));
  RestClientSettings settings{.user_agent = options.name + "/" + std::string(kVersion)};
  if (options.requests_per_second > 0) settings.requests_per_second = options.requests_per_second;
  if (options.burst > 0) settings.burst = options.burst;
  return Connection::Create(std::move(config), clock, metrics, std::move(settings));
}

Result<void> RunBody(const ProgramOptions& options, const ProgramBody& body, const Clock& clock,
                     Logger& log, const std::stop_token& stop) {
  SystemRandom random;
  const std::unique_ptr<Metrics> metrics = MakeMetrics();
  KS_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection,
                      Connect(options, clock, *metrics));
  const Runtime runtime{connection->client(), clock, random, log, *metrics};
  return body({.runtime = runtime, .namespace_name = connection->namespace_name(), .stop = stop});
}

}  // namespace

int ExitCodeOf(const std::string& name, const Result<void>& done, bool asked_to_stop, Logger& log) {
  if (done || asked_to_stop) return 0;
  log.Error("program ended", {{"error", done.error().ToString()}});
  std::fprintf(stderr, "%s: %s\n", name.c_str(), done.error().message.c_str());
  return 1;
}

int RunProgram(const ProgramOptions& options, const ProgramBody& body) {
  LimitHeap();
  const Termination termination;  // before any thread exists
  const SystemClock clock;
  const std::unique_ptr<Logger> log = MakeLogger(options.log_level, options.log_format, clock);
  const Result<void> done = RunBody(options, body, clock, *log, termination.stop());
  return ExitCodeOf(options.name, done, termination.stop().stop_requested(), *log);
}

}  // namespace keysteward::kube
