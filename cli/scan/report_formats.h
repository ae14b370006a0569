// The forms of a scan's report, one file each. None prints a value.
//
// Machine-readable forms name the place where a person mends the finding: for rendered output the
// values file, template or overlay, when it is known.
#pragma once

#include <iosfwd>

#include "cli/scan/scan_report.h"

namespace keysteward::cli {

void PrintTextReport(const ScanReport& report, std::ostream& out);
// docs/scan.md has the schema.
void PrintJsonReport(const ScanReport& report, std::ostream& out);
// SARIF 2.1.0.
void PrintSarifReport(const ScanReport& report, std::ostream& out);
void PrintJunitReport(const ScanReport& report, std::ostream& out);
// Workflow commands of GitHub Actions.
void PrintGithubReport(const ScanReport& report, std::ostream& out);
// GitLab's Code Quality report.
void PrintGitlabReport(const ScanReport& report, std::ostream& out);
// PolicyReport of wgpolicyk8s.io/v1alpha2, YAML.
void PrintPolicyReport(const ScanReport& report, std::ostream& out);

}  // namespace keysteward::cli
