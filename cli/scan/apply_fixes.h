// ApplyFixes: what --fix does with a report: prints, or with --write writes, the replacements for
// the findings of each file.
//
//   KS_ASSIGN_OR_RETURN(const FixSummary done, ApplyFixes(report, FixMode::kPrint, std::cout));
#pragma once

#include <iosfwd>

#include "cli/scan/scan_report.h"
#include "common/result.h"

namespace keysteward::cli {

struct FixSummary {
  size_t replaced = 0;  // values
  size_t written = 0;   // files
  size_t left = 0;      // findings or copies that need a person
};

// A file that has changed since it was scanned is left as it is and named. Each file is written to
// a new one that then takes its name, so it is whole at any moment.
FixSummary ApplyFixes(const ScanReport& report, FixMode mode, std::ostream& out);

// kConflict when the file no longer holds `expected`. Keeps the file's mode, and writes to what a
// symbolic link points to.
Result<void> ReplaceFile(const std::string& path, std::string_view expected, std::string_view text);

}  // namespace keysteward::cli
