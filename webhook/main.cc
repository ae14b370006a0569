// keysteward-webhook: wiring only. Exit 0 after an orderly stop, 1 when a part failed, 2 for wrong
// flags.
#include <cstdio>
#include <cstdlib>

#include "common/heap.h"
#include "common/termination.h"
#include "kube/config/connection.h"
#include "kube/config/rest_config.h"
#include "webhook/process.h"

namespace {

using namespace keysteward;  // NOLINT: main is wiring

std::string Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

Result<void> RunWebhook(webhook::Settings settings, Logger& log, const std::stop_token& stop) {
  const SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Metrics> metrics = MakeMetrics();
  KS_ASSIGN_OR_RETURN(
      kube::RestConfig config,
      settings.kubeconfig.empty()
          ? kube::LoadInCluster(Variable, clock)
          : kube::LoadKubeconfig({.kubeconfig = settings.kubeconfig}, Variable, clock));
  KS_ASSIGN_OR_RETURN(const std::unique_ptr<kube::Connection> connection,
                      kube::Connection::Create(std::move(config), clock, *metrics,
                                               {.user_agent = "keysteward-webhook/0.1.0"}));
  if (settings.namespace_name.empty()) settings.namespace_name = connection->namespace_name();
  const kube::Runtime runtime{connection->client(), clock, random, log, *metrics};
  KS_ASSIGN_OR_RETURN(const std::unique_ptr<webhook::Process> process,
                      webhook::Process::Create(settings, runtime));
  return process->Run(stop);
}

}  // namespace

int main(int argc, char** argv) {
  const webhook::Parsed parsed = webhook::ParseSettings(argc, argv);
  if (!parsed.run) return parsed.exit_code;
  LimitHeapArenas();
  const Termination termination;  // before any thread exists
  const SystemClock clock;
  const std::unique_ptr<Logger> log =
      MakeLogger(parsed.settings.log_level, parsed.settings.log_format, clock);
  const Result<void> done = RunWebhook(parsed.settings, *log, termination.stop());
  if (done || termination.stop().stop_requested()) return 0;
  log->Error("webhook ended", {{"error", done.error().ToString()}});
  std::fprintf(stderr, "keysteward-webhook: %s\n", done.error().message.c_str());
  return 1;
}
