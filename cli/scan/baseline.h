// Baseline: the findings of a day, by fingerprint, that no longer fail a scan; the way to adopt it
// in a repository that has keys already.
//
// The file is JSON: {"version": 1, "findings": [{"fingerprint", "file", "rule", "path"}]}. The
// fingerprint counts, and the file for what has no name of its own, such as a values file.
//
//   KS_ASSIGN_OR_RETURN(const Baseline baseline, ReadBaseline("keysteward-baseline.json"));
//   baseline.Apply(report);
#pragma once

#include <map>
#include <string>

#include "cli/scan/scan_report.h"

namespace keysteward::cli {

class Baseline {
 public:
  using Files = std::multimap<std::string, std::string>;  // fingerprint → file

  explicit Baseline(Files listed = {}) : listed_(std::move(listed)) {}

  // Findings in it become information, each as often as it is listed; what is listed and was not
  // met is stale. `all_seen` false: only a part was scanned, so nothing is stale.
  void Apply(ScanReport& report, bool all_seen) const;

 private:
  Files listed_;
};

// Errors: kInvalidArgument "file: why".
Result<Baseline> ReadBaseline(const std::string& path);

// What warns or denies, in the order of the report.
std::string WriteBaseline(const ScanReport& report);

}  // namespace keysteward::cli
