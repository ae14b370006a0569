#include "cli/scan/scan_report.h"

#include "cli/scan/report_formats.h"

namespace keysteward::cli {

std::string_view Severity(policy::Action action) {
  switch (action) {
    case policy::Action::kDeny:
      return "deny";
    case policy::Action::kWarn:
      return "warn";
    case policy::Action::kAudit:
    case policy::Action::kAllow:
      return "info";
  }
  return "info";
}

void PrintReport(const ScanReport& report, ScanOutput output, std::ostream& out) {
  switch (output) {
    case ScanOutput::kText:
      return PrintTextReport(report, out);
    case ScanOutput::kJson:
      return PrintJsonReport(report, out);
    case ScanOutput::kSarif:
      return PrintSarifReport(report, out);
    case ScanOutput::kJunit:
      return PrintJunitReport(report, out);
    case ScanOutput::kGithub:
      return PrintGithubReport(report, out);
    case ScanOutput::kGitlab:
      return PrintGitlabReport(report, out);
    case ScanOutput::kPolicyReport:
      return PrintPolicyReport(report, out);
  }
}

}  // namespace keysteward::cli
