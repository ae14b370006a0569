#include "cli/commands/scan_command.h"

#include <algorithm>
#include <ostream>
#include <tuple>

#include "cli/commands/inline_exceptions.h"
#include "cli/commands/scan_inputs.h"
#include "cli/commands/scan_policy.h"
#include "cli/commands/scan_report.h"
#include "cli/commands/scanned_secrets.h"
#include "cli/output/table.h"
#include "common/duration.h"
#include "detection/engine/engine.h"
#include "policy/judge.h"

namespace keysteward::cli {
namespace {

using policy::Action;

void ApplyInline(const std::map<uint32_t, InlineException>& exceptions, WallTime now,
                 policy::Judgement& judgement) {
  const auto found = exceptions.find(judgement.finding.position.line);
  if (found == exceptions.end()) return;
  const InlineException& exception = found->second;
  if (!exception.rule.empty() && exception.rule != judgement.finding.rule) return;
  if (exception.until > now) {
    judgement.exception = "comment of " + exception.owner;
    judgement.action = Action::kAllow;
  } else {
    judgement.message += "; its exception, owned by " + exception.owner + ", ended at " +
                         FormatTime(exception.until);
  }
}

// Judges every object of one file into the report.
class FileScan {
 public:
  FileScan(const ScanOptions& options, const policy::JudgeContext& context, ScanReport& report)
      : options_(options), context_(context), report_(report) {}

  void Scan(const ScannedFile& file) {
    ++report_.files;
    report_.bytes += file.text.size();
    const auto exceptions = FindInlineExceptions(file.text);
    if (file.manifest.is_template) {
      Take(file, 0, {}, policy::JudgeText(file.text, context_), exceptions);
    }
    for (const detection::Document& document : file.manifest.documents) {
      ++report_.documents;
      for (const detection::Node* object : detection::ObjectsOf(*document.root)) {
        policy::Review review;
        review.object = object;
        review.identity = detection::IdentityOf(*object);
        Take(file, document.index, review.identity, policy::Judge(review, context_), exceptions);
      }
    }
  }

 private:
  void Take(const ScannedFile& file, uint32_t document, const detection::ObjectIdentity& object,
            policy::Verdict verdict, const std::map<uint32_t, InlineException>& exceptions) {
    for (policy::Judgement& judgement : verdict.judgements) {
      ApplyInline(exceptions, context_.now, judgement);
      if (judgement.action <= Action::kAllow && !options_.all) continue;
      report_.findings.push_back({file.path, document, object, std::move(judgement)});
    }
  }

  const ScanOptions& options_;
  const policy::JudgeContext& context_;
  ScanReport& report_;
};

int StatusOf(const ScanReport& report, Action fail_on) {
  if (!report.errors.empty()) return kScanBadInput;
  const bool fails = std::any_of(report.findings.begin(), report.findings.end(),
                                 [&](const auto& f) { return f.judgement.action >= fail_on; });
  return fails ? kScanFindings : kScanClean;
}

}  // namespace

Result<int> RunScan(const ScanOptions& options, std::istream& in, std::ostream& out,
                    std::ostream& err) {
  Result<std::vector<detection::Rule>> custom_rules = ReadCustomRules(options.policy_file);
  if (!custom_rules) {
    err << custom_rules.error().message << '\n';
    return kScanBadInput;
  }
  KS_ASSIGN_OR_RETURN(const auto engine,
                      detection::Engine::CreateDefault({}, *std::move(custom_rules)));
  const Result<policy::PolicySnapshot> snapshot =
      ReadPolicySnapshot(options.policy_file, options.exceptions_file);
  if (!snapshot) {
    err << snapshot.error().message << '\n';
    return kScanBadInput;
  }
  ScanInputs inputs = ReadInputs(options.paths, in);
  ScannedSecrets secrets;
  for (const ScannedFile& file : inputs.files) {
    for (const detection::Document& document : file.manifest.documents) {
      for (const detection::Node* object : detection::ObjectsOf(*document.root)) {
        secrets.Learn(*object);
      }
    }
  }
  const auto scratch = engine->NewScratch();
  const policy::JudgeContext context{*engine, *scratch, *snapshot, secrets, options.now};
  ScanReport report;
  report.errors = std::move(inputs.errors);
  FileScan scan(options, context, report);
  for (const ScannedFile& file : inputs.files) scan.Scan(file);
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const ScanFinding& a, const ScanFinding& b) {
                     const auto& left = a.judgement.finding.position;
                     const auto& right = b.judgement.finding.position;
                     return std::tie(a.file, left.line, left.column) <
                            std::tie(b.file, right.line, right.column);
                   });
  PrintReport(report, options.output, out);
  if (options.output != ScanOutput::kText) {
    for (const InputError& error : report.errors) {
      err << Clean(error.file) << ": " << error.message << '\n';
    }
  }
  return StatusOf(report, options.fail_on);
}

}  // namespace keysteward::cli
