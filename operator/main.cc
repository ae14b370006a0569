// keysteward-operator: wiring only. Exit 0 after an orderly stop, 1 when a part failed, 2 for wrong
// flags.
#include <sys/prctl.h>
#include <sys/resource.h>

#include "http/beast/beast_transport.h"
#include "http/resolver.h"
#include "kube/program/program.h"
#include "operator/process.h"

namespace {

using namespace keysteward;  // NOLINT: main is wiring

// No dump of this process may hold a key.
void ForbidDumps() {
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

Result<void> RunOperator(op::Settings settings, const kube::Launch& launch) {
  if (settings.namespace_name.empty()) settings.namespace_name = launch.namespace_name;
  const Clock& clock = launch.runtime.clock;
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
  KS_ASSIGN_OR_RETURN(
      const std::unique_ptr<op::Process> process,
      op::Process::Create(settings, launch.runtime, make_transport,
                          {.stop = launch.stop, .timeout = std::chrono::seconds(60)}));
  return process->Run(launch.stop);
}

}  // namespace

int main(int argc, char** argv) {
  const op::Parsed parsed = op::ParseSettings(argc, argv);
  if (!parsed.run) return parsed.exit_code;
  ForbidDumps();
  const op::Settings& settings = parsed.settings;
  return kube::RunProgram(
      {.name = "keysteward-operator",
       .kubeconfig = settings.kubeconfig,
       .context = settings.context,
       .requests_per_second = settings.requests_per_second,
       .burst = settings.burst,
       .log_level = settings.log_level,
       .log_format = settings.log_format},
      [&](const kube::Launch& launch) { return RunOperator(settings, launch); });
}
