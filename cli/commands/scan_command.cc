#include "cli/commands/scan_command.h"

#include <algorithm>
#include <fstream>
#include <ostream>

#include "cli/output/table.h"
#include "cli/scan/baseline.h"
#include "cli/scan/scan_inputs.h"
#include "cli/scan/scan_policy.h"
#include "cli/scan/scan_report.h"
#include "cli/scan/scan_source.h"
#include "cli/scan/scanner.h"
#include "detection/engine/engine.h"

namespace keysteward::cli {
namespace {

using policy::Action;

int StatusOf(const ScanReport& report) {
  if (!report.errors.empty()) return kScanBadInput;
  const bool fails =
      std::any_of(report.findings.begin(), report.findings.end(),
                  [&](const auto& f) { return f.judgement.action >= report.fail_on; });
  return fails ? kScanFindings : kScanClean;
}

// Whether every input was asked for, so that what is not found is not there.
bool SeesAll(const ScanOptions& options) { return !options.staged && options.since.empty(); }

Result<void> WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  return file ? Result<void>() : Error::InvalidArgument(path + ": cannot be written");
}

Result<void> UseBaseline(const ScanOptions& options, ScanReport& report) {
  if (options.baseline_file.empty()) return {};
  if (options.write_baseline) return WriteFile(options.baseline_file, WriteBaseline(report));
  KS_ASSIGN_OR_RETURN(const Baseline baseline, ReadBaseline(options.baseline_file));
  baseline.Apply(report, SeesAll(options));
  return {};
}

// In the other forms errors may be overlooked.
void SayErrors(const ScanReport& report, ScanOutput output, std::ostream& err) {
  if (output == ScanOutput::kText) return;
  for (const InputError& error : report.errors) {
    err << Clean(error.file) << ": " << error.message << '\n';
  }
}

// What another program complains about may quote a value.
Error WithoutValues(const Error& error, const detection::Engine& engine) {
  const auto scratch = engine.NewScratch();
  if (engine.ScanText(error.message, *scratch).findings.empty()) return error;
  return Error::InvalidArgument(
      "rendering failed; its message is left out since it seems to hold a key: run the renderer by "
      "hand to see it");
}

int Refuse(const Error& error, std::ostream& err) {
  err << Clean(error.message) << '\n';
  return kScanBadInput;
}

}  // namespace

Result<void> CheckScanOptions(const ScanOptions& options) {
  const int sources = (!options.helm_chart.empty()) + (!options.kustomize_folder.empty()) +
                      options.staged + (!options.since.empty()) + options.cluster;
  if (sources > 1) {
    return Error::InvalidArgument(
        "--helm, --kustomize, --staged, --since and --cluster exclude each other");
  }
  const bool narrows = options.staged || !options.since.empty();
  if (sources == 1 && !narrows && !options.paths.empty()) {
    return Error::InvalidArgument("PATH does not go with --helm, --kustomize or --cluster");
  }
  if (sources == 0 && options.paths.empty()) {
    return Error::InvalidArgument(
        "nothing to scan: name a PATH, - for standard input, or --helm, --kustomize, --staged, "
        "--since or --cluster");
  }
  if (options.write_baseline && options.baseline_file.empty()) {
    return Error::InvalidArgument("--write-baseline needs --baseline FILE");
  }
  return {};
}

Result<int> RunScan(const ScanOptions& options, const ScanWorld& world) {
  const Result<void> sound = CheckScanOptions(options);
  if (!sound) return Refuse(sound.error(), world.err);
  KS_ASSIGN_OR_RETURN(const auto engine, detection::Engine::CreateDefault());
  const Result<policy::PolicySnapshot> snapshot =
      ReadPolicySnapshot(options.policy_file, options.exceptions_file);
  if (!snapshot) return Refuse(snapshot.error(), world.err);
  Result<ScanSource> source = OpenScanSource(options, world);
  if (!source) return Refuse(WithoutValues(source.error(), *engine), world.err);
  ScanReport report = ScanAll(std::move(source->inputs), {.engine = *engine,
                                                          .snapshot = *snapshot,
                                                          .now = options.now,
                                                          .all = options.all,
                                                          .threads = options.threads,
                                                          .mapper = source->mapper.get()});
  ApplySourceExceptions(options, report);
  report.fail_on = options.fail_on;
  const Result<void> baseline = UseBaseline(options, report);
  if (!baseline) return Refuse(baseline.error(), world.err);
  PrintReport(report, options.output, world.out);
  SayErrors(report, options.output, world.err);
  return options.write_baseline && report.errors.empty() ? kScanClean : StatusOf(report);
}

}  // namespace keysteward::cli
