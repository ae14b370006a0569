// keysteward-webhook: wiring only. Exit 0 after an orderly stop, 1 when a part failed, 2 for wrong
// flags.
#include "kube/program/program.h"
#include "webhook/process.h"

namespace {

using namespace keysteward;  // NOLINT: main is wiring

Result<void> RunWebhook(webhook::Settings settings, const kube::Launch& launch) {
  if (settings.namespace_name.empty()) settings.namespace_name = launch.namespace_name;
  KS_ASSIGN_OR_RETURN(const std::unique_ptr<webhook::Process> process,
                      webhook::Process::Create(settings, launch.runtime));
  return process->Run(launch.stop);
}

}  // namespace

int main(int argc, char** argv) {
  const webhook::Parsed parsed = webhook::ParseSettings(argc, argv);
  if (!parsed.run) return parsed.exit_code;
  const webhook::Settings& settings = parsed.settings;
  return kube::RunProgram({.name = "keysteward-webhook",
                           .kubeconfig = settings.kubeconfig,
                           .log_level = settings.log_level,
                           .log_format = settings.log_format},
                          [&](const kube::Launch& launch) { return RunWebhook(settings, launch); });
}
