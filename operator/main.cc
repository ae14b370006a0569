// keysteward-operator: wiring only. Exit 0 after an orderly stop, 1 when a part failed, 2 for wrong
// flags.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "common/heap.h"
#include "common/termination.h"
#include "http/beast/beast_transport.h"
#include "http/resolver.h"
#include "kube/config/connection.h"
#include "kube/config/rest_config.h"
#include "operator/process.h"

namespace {

using namespace keysteward;  // NOLINT: main is wiring

// No dump of this process may hold a key.
void ForbidDumps() {
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

std::string Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

Result<void> RunOperator(op::Settings settings, Logger& log, const std::stop_token& stop) {
  const SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Metrics> metrics = MakeMetrics();
  KS_ASSIGN_OR_RETURN(
      kube::RestConfig config,
      settings.kubeconfig.empty()
          ? kube::LoadInCluster(Variable, clock)
          : kube::LoadKubeconfig({.kubeconfig = settings.kubeconfig, .context = settings.context},
                                 Variable, clock));
  KS_ASSIGN_OR_RETURN(const std::unique_ptr<kube::Connection> connection,
                      kube::Connection::Create(std::move(config), clock, *metrics,
                                               {.user_agent = "keysteward-operator/0.1.0",
                                                .requests_per_second = settings.requests_per_second,
                                                .burst = settings.burst}));
  if (settings.namespace_name.empty()) settings.namespace_name = connection->namespace_name();
  http::SystemResolver resolver(clock);
  const op::TransportMaker make_transport =
      [&](http::TransportOptions options,
          const http::AddressPolicy& policy) -> Result<std::unique_ptr<http::HttpTransport>> {
    http::AddressPolicy judged = policy;
    judged.allow_loopback = settings.allow_loopback;
    KS_ASSIGN_OR_RETURN(auto transport,
                        http::BeastTransport::Create(std::move(options), judged, resolver, clock));
    return std::unique_ptr<http::HttpTransport>(std::move(transport));
  };
  const kube::Runtime runtime{connection->client(), clock, random, log, *metrics};
  KS_ASSIGN_OR_RETURN(const std::unique_ptr<op::Process> process,
                      op::Process::Create(settings, runtime, make_transport,
                                          {.stop = stop, .timeout = std::chrono::seconds(60)}));
  return process->Run(stop);
}

}  // namespace

int main(int argc, char** argv) {
  const op::Parsed parsed = op::ParseSettings(argc, argv);
  if (!parsed.run) return parsed.exit_code;
  ForbidDumps();
  LimitHeapArenas();
  const Termination termination;  // before any thread exists
  const SystemClock clock;
  const std::unique_ptr<Logger> log =
      MakeLogger(parsed.settings.log_level, parsed.settings.log_format, clock);
  const Result<void> done = RunOperator(parsed.settings, *log, termination.stop());
  if (done || termination.stop().stop_requested()) return 0;
  log->Error("operator ended", {{"error", done.error().ToString()}});
  std::fprintf(stderr, "keysteward-operator: %s\n", done.error().message.c_str());
  return 1;
}
