// ApplyFixes: what --fix does with a report: prints, or with --write writes, the replacements for
// the findings of each file.
//
//   KS_ASSIGN_OR_RETURN(const FixSummary done, ApplyFixes(report, FixMode::kPrint, std::cout));
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "cli/scan/env_fix.h"
#include "cli/scan/scan_report.h"
#include "common/result.h"

namespace keysteward::cli {

struct WrittenFile {
  std::string path;
  std::string before;
  std::string after;
};

struct FixSummary {
  size_t replaced = 0;               // values
  size_t left = 0;                   // findings or copies that need a person
  std::vector<WrittenFile> written;  // only with FixMode::kWrite
  std::vector<RenderedReference> rendered;
};

// A file that has changed since it was scanned is left as it is and named. Each file is written to
// a new one that then takes its name, so it is whole at any moment. Of rendered output the sources
// are mended, and the ManagedCredentials printed in either mode.
FixSummary ApplyFixes(const ScanReport& report, FixMode mode, std::ostream& out);

// What the mended sources render to: "" when every variable reads its Secret, else what is not so.
// A chart may not pass on what stands beside a value, a patch may meet a value in its base.
std::string WrongReference(std::string_view rendered,
                           const std::vector<RenderedReference>& expected);

// The files as they were before; one that has changed since is left and named.
void TakeBack(const std::vector<WrittenFile>& written, std::ostream& out);

// kConflict when the file no longer holds `expected`. Keeps the file's mode, and writes to what a
// symbolic link points to.
Result<void> ReplaceFile(const std::string& path, std::string_view expected, std::string_view text);

}  // namespace keysteward::cli
