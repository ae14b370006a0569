#include <ostream>
#include <set>

#include "cli/output/table.h"
#include "cli/scan/report_formats.h"

namespace keysteward::cli {
namespace {

using policy::Action;

// For attributes and text alike; control characters, which XML has no form for, are gone already.
std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : Clean(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Place(const ScanFinding& finding) {
  return finding.mend_file() + ":" + std::to_string(finding.mend_position().line);
}

void PrintCase(const ScanFinding& finding, bool fails, std::ostream& out) {
  const policy::Judgement& judgement = finding.judgement;
  out << "    <testcase classname=\"" << Escaped(finding.mend_file()) << "\" name=\""
      << Escaped(judgement.finding.rule + " " + judgement.finding.path) << "\" file=\""
      << Escaped(finding.mend_file()) << "\" line=\"" << finding.mend_position().line << "\">\n";
  const std::string text =
      Escaped(Place(finding) + ": " + judgement.message) + "\n" + Escaped(judgement.fix);
  if (fails) {
    out << "      <failure type=\"" << Severity(judgement.action) << "\" message=\""
        << Escaped(judgement.message) << "\">" << text << "</failure>\n";
  } else {
    out << "      <system-out>" << Severity(judgement.action) << ": " << text << "</system-out>\n";
  }
  out << "    </testcase>\n";
}

void PrintError(const InputError& error, std::ostream& out) {
  out << "    <testcase classname=\"" << Escaped(error.file) << "\" name=\"can be read\">\n"
      << "      <error type=\"unreadable\" message=\"" << Escaped(error.message) << "\"/>\n"
      << "    </testcase>\n";
}

}  // namespace

// One test case for each finding, for each file without any, and for each that cannot be read.
void PrintJunitReport(const ScanReport& report, std::ostream& out) {
  std::set<std::string> with_findings;
  size_t failures = 0;
  for (const ScanFinding& finding : report.findings) {
    with_findings.insert(finding.file);
    failures += finding.judgement.action >= report.fail_on;
  }
  const size_t clean = report.file_names.size() - with_findings.size();
  const std::string counts = " tests=\"" +
                             std::to_string(report.findings.size() + clean + report.errors.size()) +
                             "\" failures=\"" + std::to_string(failures) + "\" errors=\"" +
                             std::to_string(report.errors.size()) + "\"";
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"keysteward scan\""
      << counts << ">\n  <testsuite name=\"keysteward scan\"" << counts << ">\n";
  for (const ScanFinding& finding : report.findings) {
    PrintCase(finding, finding.judgement.action >= report.fail_on, out);
  }
  for (const InputError& error : report.errors) PrintError(error, out);
  for (const std::string& file : report.file_names) {
    if (with_findings.contains(file)) continue;
    out << "    <testcase classname=\"" << Escaped(file) << "\" name=\"no findings\"/>\n";
  }
  out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace keysteward::cli
