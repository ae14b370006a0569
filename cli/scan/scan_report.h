// ScanReport: what a scan found, and its printing. report_formats.h has the forms.
//
//   PrintReport(report, options.output, std::cout);
#pragma once

#include <array>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "cli/scan/scan_inputs.h"
#include "cli/scan/scan_options.h"
#include "cli/scan/source_place.h"
#include "detection/rules/rule.h"
#include "policy/judge.h"

namespace keysteward::cli {

struct ScanFinding {
  std::string file;
  uint32_t document = 0;  // in the file, from 0
  detection::ObjectIdentity object;
  policy::Judgement judgement;
  std::optional<SourcePlace> source;  // of a finding in rendered output
  bool in_baseline = false;
  std::array<uint8_t, 32> text_digest{};  // of the file that is to be mended; for --fix

  // Where a person mends it: the source when it is known.
  const std::string& mend_file() const { return source ? source->file : file; }
  detection::Position mend_position() const {
    return source ? source->position : judgement.finding.position;
  }
};

struct ScanReport {
  std::vector<ScanFinding> findings;  // in order of file and line
  std::vector<InputError> errors;
  std::vector<std::string> file_names;        // judged, in order
  std::vector<std::string> stale_baseline;    // fingerprints that were not met again
  const detection::RuleSet* rules = nullptr;  // for descriptions; may be missing
  policy::Action fail_on = policy::Action::kDeny;
  bool rendered = false;  // the files are what a chart or a kustomization makes
  WallTime now;
  size_t files = 0;
  size_t documents = 0;
  size_t bytes = 0;
};

// "deny", "warn" or "info".
std::string_view Severity(policy::Action action);

void PrintReport(const ScanReport& report, ScanOutput output, std::ostream& out);

}  // namespace keysteward::cli
