#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/scan/report_formats.h"
#include "common/digest.h"
#include "common/json.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;
using policy::Action;

std::string_view GitlabSeverity(Action action) {
  return action == Action::kDeny ? "critical" : action == Action::kWarn ? "major" : "info";
}

// GitLab takes two entries of one fingerprint for one, so file and count are part of it.
std::string UniqueFingerprint(const ScanFinding& finding, std::map<std::string, int>& seen) {
  const std::string place = finding.mend_file() + '\0' + finding.judgement.finding.fingerprint;
  return Sha256Hex(place + '\0' + std::to_string(seen[place]++)).substr(0, 32);
}

}  // namespace

void PrintGitlabReport(const ScanReport& report, std::ostream& out) {
  json issues = json::array();
  std::map<std::string, int> seen;
  for (const ScanFinding& finding : report.findings) {
    const policy::Judgement& judgement = finding.judgement;
    issues.push_back({{"description", judgement.message + ". " + judgement.fix},
                      {"check_name", judgement.finding.rule},
                      {"fingerprint", UniqueFingerprint(finding, seen)},
                      {"severity", GitlabSeverity(judgement.action)},
                      {"location",
                       {{"path", finding.mend_file()},
                        {"lines", {{"begin", std::max(finding.mend_position().line, 1u)}}}}}});
  }
  out << DumpJson(issues) << '\n';
}

}  // namespace keysteward::cli
