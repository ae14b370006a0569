#include <ostream>

#include "cli/output/table.h"
#include "cli/scan/report_formats.h"

namespace keysteward::cli {
namespace {

using policy::Action;

// Of a workflow command:
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
std::string Escaped(const std::string& text, bool property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%':
        out += "%25";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      case ':':
        out += property ? "%3A" : ":";
        break;
      case ',':
        out += property ? "%2C" : ",";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string_view Command(Action action) {
  return action == Action::kDeny ? "error" : action == Action::kWarn ? "warning" : "notice";
}

}  // namespace

void PrintGithubReport(const ScanReport& report, std::ostream& out) {
  for (const ScanFinding& finding : report.findings) {
    const policy::Judgement& judgement = finding.judgement;
    const detection::Position position = finding.mend_position();
    out << "::" << Command(judgement.action)
        << " file=" << Escaped(Clean(finding.mend_file()), true)
        << ",line=" << std::max(position.line, 1u) << ",col=" << std::max(position.column, 1u)
        << ",title=" << Escaped("keysteward " + judgement.finding.rule, true)
        << "::" << Escaped(judgement.message + "\n" + judgement.fix, false) << '\n';
  }
  for (const InputError& error : report.errors) {
    out << "::error file=" << Escaped(Clean(error.file), true)
        << ",title=keysteward::" << Escaped(error.message, false) << '\n';
  }
}

}  // namespace keysteward::cli
