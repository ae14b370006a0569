#include "cli/commands/scan_command.h"

#include <algorithm>
#include <fstream>
#include <ostream>

#include "cli/output/table.h"
#include "cli/scan/apply_fixes.h"
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

// Policies and exceptions of the cluster count where the flags name no others.
void AddLive(const ScanOptions& options, policy::PolicySnapshot& live,
             policy::PolicySnapshot& snapshot) {
  if (options.policy_file.empty()) snapshot.policies = std::move(live.policies);
  if (options.exceptions_file.empty()) snapshot.exceptions = std::move(live.exceptions);
}

Result<ScanReport> MakeReport(const ScanOptions& options, const ScanWorld& world,
                              const detection::Engine& engine, policy::PolicySnapshot& snapshot) {
  KS_ASSIGN_OR_RETURN(ScanSource source, OpenScanSource(options, world));
  if (options.cluster) AddLive(options, source.snapshot, snapshot);
  ScanReport report =
      ScanAll(std::move(source.inputs), {.engine = engine,
                                         .snapshot = snapshot,
                                         .now = options.now,
                                         .all = options.all,
                                         .threads = options.threads,
                                         .secrets = source.secrets.get(),
                                         .namespaces = &source.namespaces,
                                         .text_digests = options.fix != FixMode::kNone,
                                         .mapper = source.mapper.get()});
  ApplySourceExceptions(options, report);
  report.fail_on = options.fail_on;
  KS_RETURN_IF_ERROR(UseBaseline(options, report));
  return report;
}

// Beside a machine-readable report the fixes are said on the other stream.
std::ostream& FixStream(const ScanOptions& options, const ScanWorld& world) {
  return options.output == ScanOutput::kText ? world.out : world.err;
}

bool IsRendered(const ScanOptions& options) {
  return !options.helm_chart.empty() || !options.kustomize_folder.empty();
}

// Mended sources stay only when what they render to is as it should be.
void CheckRendered(const ScanOptions& options, const ScanWorld& world,
                   const detection::Engine& engine, FixSummary& done) {
  std::string wrong;
  const Result<ScanSource> again = OpenScanSource(options, world);
  if (!again) {
    wrong = WithoutValues(again.error(), engine).message;
  } else {
    wrong = WrongReference(again->inputs.inputs.front().text.value_or(""), done.rendered);
  }
  if (wrong.empty()) return;
  std::ostream& out = FixStream(options, world);
  out << "taken back: " << Clean(wrong) << '\n';
  TakeBack(done.written, out);
  done.written.clear();
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
  const bool files_only = sources == 0 && std::find(options.paths.begin(), options.paths.end(),
                                                    "-") == options.paths.end();
  if (options.fix != FixMode::kNone && !files_only && !IsRendered(options)) {
    return Error::InvalidArgument("--fix goes with files, folders, --helm and --kustomize only");
  }
  return {};
}

Result<int> RunScan(const ScanOptions& options, const ScanWorld& world) {
  const Result<void> sound = CheckScanOptions(options);
  if (!sound) return Refuse(sound.error(), world.err);
  Result<std::vector<detection::Rule>> custom_rules = ReadCustomRules(options.policy_file);
  if (!custom_rules) return Refuse(custom_rules.error(), world.err);
  KS_ASSIGN_OR_RETURN(const auto engine,
                      detection::Engine::CreateDefault({}, *std::move(custom_rules)));
  Result<policy::PolicySnapshot> snapshot =
      ReadPolicySnapshot(options.policy_file, options.exceptions_file);
  if (!snapshot) return Refuse(snapshot.error(), world.err);
  Result<ScanReport> report = MakeReport(options, world, *engine, *snapshot);
  if (report && options.fix == FixMode::kWrite) {
    // What is left is what counts, so it is scanned again.
    FixSummary done = ApplyFixes(*report, options.fix, FixStream(options, world));
    if (!done.rendered.empty()) CheckRendered(options, world, *engine, done);
    if (!done.written.empty()) report = MakeReport(options, world, *engine, *snapshot);
  }
  if (!report && report.error().code == ErrorCode::kInvalidArgument) {
    return Refuse(WithoutValues(report.error(), *engine), world.err);
  }
  if (!report) return std::move(report).error();
  PrintReport(*report, options.output, world.out);
  if (options.fix == FixMode::kPrint) {
    const FixSummary shown = ApplyFixes(*report, options.fix, FixStream(options, world));
    if (!shown.rendered.empty()) {
      FixStream(options, world) << "not checked: --write renders again and takes back what is not "
                                   "passed on\n";
    }
  }
  SayErrors(*report, options.output, world.err);
  return options.write_baseline && report->errors.empty() ? kScanClean : StatusOf(*report);
}

}  // namespace keysteward::cli
