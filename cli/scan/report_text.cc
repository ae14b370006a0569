#include <ostream>

#include "cli/output/table.h"
#include "cli/scan/report_formats.h"

namespace keysteward::cli {
namespace {

using policy::Action;

// "file:line:column", as compilers do; a live object has no line.
std::string Place(const std::string& file, detection::Position position) {
  std::string place = Clean(file);
  if (position.line == 0) return place;
  return place + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

std::string Origin(const ScanFinding& finding) {
  std::string origin = "rendered to " + Place(finding.file, finding.judgement.finding.position);
  if (!finding.source->key.empty()) origin = "value " + Clean(finding.source->key) + ", " + origin;
  return origin;
}

std::string_view Remark(const ScanFinding& finding) {
  if (finding.in_baseline) return " (in the baseline)";
  if (finding.judgement.existing) return " (was there before)";
  return "";
}

// At most three lines: place and problem, where it was rendered to, fix.
void PrintFinding(const ScanFinding& finding, std::ostream& out) {
  const Action action = finding.judgement.action;
  out << Place(finding.mend_file(), finding.mend_position()) << ": " << Severity(action) << ": "
      << finding.judgement.message << Remark(finding) << '\n';
  if (finding.source) out << "    " << Origin(finding) << '\n';
  if (action >= Action::kWarn) out << "    " << finding.judgement.fix << '\n';
}

}  // namespace

void PrintTextReport(const ScanReport& report, std::ostream& out) {
  size_t denied = 0;
  size_t warned = 0;
  for (const ScanFinding& finding : report.findings) {
    denied += finding.judgement.action == Action::kDeny;
    warned += finding.judgement.action == Action::kWarn;
    PrintFinding(finding, out);
  }
  for (const std::string& fingerprint : report.stale_baseline) {
    out << "baseline: " << Clean(fingerprint) << " is no longer found; remove it\n";
  }
  for (const InputError& error : report.errors) {
    // "file:line:column: …" for broken content, "file: …" for the rest.
    const bool placed =
        !error.message.empty() && error.message[0] >= '0' && error.message[0] <= '9';
    out << Clean(error.file) << (placed ? ":" : ": ") << error.message << '\n';
  }
  out << denied << " denied, " << warned << " warned, " << report.errors.size()
      << " unreadable; scanned " << report.files << " files, " << report.documents
      << " documents\n";
}

}  // namespace keysteward::cli
