#include "cli/run.h"

#include <istream>
#include <ostream>

#include "cli/commands/check_command.h"
#include "cli/commands/version_command.h"
#include "cli/exit_codes.h"
#include "cli/output/explanation.h"

namespace keysteward::cli {
namespace {

// The commands that talk to a cluster.
struct OnCluster {
  const CommandContext& context;

  Result<int> operator()(const VersionOptions&) const { return RunVersion(context); }
  Result<int> operator()(const CheckOptions& options) const { return RunCheck(context, options); }
  Result<int> operator()(const ListOptions& options) const { return RunList(context, options); }
  Result<int> operator()(const StatusOptions& options) const { return RunStatus(context, options); }
  Result<int> operator()(const RotateOptions& options) const { return RunRotate(context, options); }
  Result<int> operator()(const EvidenceExportOptions& options) const {
    return RunEvidenceExport(context, options);
  }
  Result<int> operator()(const UninstallPrepareOptions& options) const {
    return RunUninstallPrepare(context, options);
  }
  Result<int> operator()(const UninstallFinishOptions& options) const {
    return RunUninstallFinish(context, options);
  }
  template <typename T>
  Result<int> operator()(const T&) const {
    return Error::Internal("this command works offline");
  }
};

Result<int> Scan(ScanOptions options, const CommandLine& line, const World& world,
                 const Connected* connected) {
  options.now = world.clock.WallNow();
  options.all_namespaces = line.all_namespaces;
  options.namespace_name =
      connected == nullptr ? line.flags.namespace_name : connected->namespace_name;
  return RunScan(options, {.clock = world.clock,
                           .in = world.in,
                           .out = world.out,
                           .err = world.err,
                           .stop = world.stop,
                           .client = connected == nullptr ? nullptr : connected->client,
                           .request_timeout = line.request_timeout});
}

// The answer of a command that needs no cluster, or nothing.
std::optional<Result<int>> RunOffline(const CommandLine& line, const World& world) {
  const auto* scan = std::get_if<ScanOptions>(&line.command);
  if (scan != nullptr && !(scan->cluster && CheckScanOptions(*scan))) {
    return Scan(*scan, line, world, nullptr);
  }
  if (const auto* verify = std::get_if<EvidenceVerifyOptions>(&line.command)) {
    return RunEvidenceVerify(*verify, world.in, world.out);
  }
  if (std::holds_alternative<RulesListOptions>(line.command)) {
    return RunRulesList(line.output, world.out);
  }
  if (const auto* explain = std::get_if<RulesExplainOptions>(&line.command)) {
    return RunRulesExplain(*explain, line.output, world.out);
  }
  if (const auto* check = std::get_if<RulesCheckOptions>(&line.command)) {
    return RunRulesCheck(*check, world.out, world.err);
  }
  const auto* version = std::get_if<VersionOptions>(&line.command);
  if (version == nullptr || !version->client_only) return std::nullopt;
  PrintClientVersion(line.output, world.out);
  return Result<int>(kExitOk);
}

int Fail(const Error& error, int exit_code, const Scene& scene, const World& world) {
  world.out.flush();
  world.err << Explain(error, scene);
  return exit_code;
}

}  // namespace

bool Waits(const CommandLine& line) {
  const auto* rotate = std::get_if<RotateOptions>(&line.command);
  return rotate != nullptr && (rotate->wait || !rotate->attach.empty());
}

int Run(const CommandLine& line, const World& world) {
  Scene scene{.program = line.program, .namespace_name = line.flags.namespace_name, .server = {}};
  if (const auto answer = RunOffline(line, world)) {
    return *answer ? **answer : Fail(answer->error(), ExitCodeOf(answer->error()), scene, world);
  }
  if (const auto* rotate = std::get_if<RotateOptions>(&line.command)) {
    const Result<void> fine = CheckRotateOptions(*rotate);
    if (!fine) return Fail(fine.error(), kExitUsage, scene, world);
  }
  const Result<Connected> connected = world.connect(line);
  if (!connected) return Fail(connected.error(), kExitUsage, scene, world);
  scene.namespace_name = connected->namespace_name;
  scene.server = connected->server;
  const CommandContext context{.client = *connected->client,
                               .clock = world.clock,
                               .out = world.out,
                               .err = world.err,
                               .program = line.program,
                               .namespace_name = connected->namespace_name,
                               .all_namespaces = line.all_namespaces,
                               .operator_namespace = line.operator_namespace,
                               .output = line.output,
                               .colour = world.colour,
                               .stop = world.stop,
                               .request_timeout = line.request_timeout};
  const auto* scan = std::get_if<ScanOptions>(&line.command);
  const Result<int> answer = scan != nullptr ? Scan(*scan, line, world, &*connected)
                                             : std::visit(OnCluster{context}, line.command);
  if (answer) return *answer;
  return Fail(answer.error(), ExitCodeOf(answer.error()), scene, world);
}

}  // namespace keysteward::cli
