// Findings made of any bytes: every machine-readable report stays what its form is, says as many
// things as there are, and says each text as it is. SARIF and JSON are read back by another parser,
// YAML by our own reader.
//
// A finding is a paragraph of lines, one for each text it has; a paragraph that begins with '!' is
// an input that could not be read. \x01 stands for a line break inside a text.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/scan/report_formats.h"
#include "common/json.h"
#include "common/strings.h"
#include "common/utf8.h"
#include "detection/decoders/percent.h"
#include "detection/reader/manifest_reader.h"
#include "policy/manifest_json.h"
#include "tests/fuzz/require.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;
using policy::Action;

// The lines of one paragraph, taken one after the other; "" when there are no more.
class Fields {
 public:
  explicit Fields(std::string_view paragraph) : rest_(paragraph) {}

  std::string Next() {
    const size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    std::replace(text.begin(), text.end(), '\x01', '\n');
    return text;
  }

 private:
  std::string_view rest_;
};

detection::Position PositionIn(const std::string& text) {
  if (text.empty()) return {};
  return {static_cast<uint32_t>(text.size()), static_cast<uint8_t>(text.front())};
}

ScanFinding FindingIn(std::string_view paragraph) {
  Fields fields(paragraph);
  ScanFinding found;
  found.file = fields.Next();
  const std::string flags = fields.Next();
  const auto bits = static_cast<uint8_t>(flags.empty() ? '\0' : flags.front());
  constexpr Action kActions[] = {Action::kAllow, Action::kAudit, Action::kWarn, Action::kDeny};
  found.judgement.action = kActions[bits & 3];
  found.in_baseline = (bits & 4) != 0;
  found.judgement.existing = (bits & 8) != 0;
  detection::Finding& finding = found.judgement.finding;
  finding.position = PositionIn(flags);
  finding.rule = fields.Next();
  finding.path = fields.Next();
  found.judgement.message = fields.Next();
  found.judgement.fix = fields.Next();
  finding.fingerprint = fields.Next();
  found.object = {fields.Next(), fields.Next(), fields.Next(), fields.Next()};
  found.judgement.exception = fields.Next();
  finding.provider = fields.Next();
  finding.reasons = {fields.Next()};
  const std::string source = fields.Next();
  if (!source.empty()) found.source = SourcePlace{source, PositionIn(source), fields.Next()};
  return found;
}

ScanReport ReportOf(std::string_view text) {
  ScanReport report;
  std::set<std::string> names;
  while (!text.empty()) {
    const size_t end = std::min(text.find("\n\n"), text.size());
    const std::string_view paragraph = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    if (paragraph.starts_with('!')) {
      Fields fields(paragraph.substr(1));
      report.errors.push_back({fields.Next(), fields.Next()});
      names.insert(report.errors.back().message);  // a file in which nothing was found
    } else {
      report.findings.push_back(FindingIn(paragraph));
      names.insert(report.findings.back().file);
    }
  }
  report.file_names.assign(names.begin(), names.end());
  return report;
}

std::string Print(const ScanReport& report, ScanOutput output) {
  std::ostringstream out;
  PrintReport(report, output, out);
  return out.str();
}

// A text as JSON can carry it: what is no UTF-8 is replaced.
json Shown(const std::string& text) { return json::parse(DumpJson(text)); }

std::set<std::string> Members(const json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

bool IsUri(const std::string& uri) {
  return uri.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
             "-._~/%:") == std::string::npos;
}

void CheckSarifResult(const json& result, const json& rules, const ScanFinding& finding) {
  const detection::Finding& found = finding.judgement.finding;
  std::set<std::string> members = {"ruleId",  "ruleIndex", "level",
                                   "message", "locations", "partialFingerprints"};
  if (finding.in_baseline || finding.judgement.existing) members.insert("baselineState");
  if (!finding.judgement.exception.empty()) members.insert("suppressions");
  Require(Members(result) == members);
  Require(result["ruleId"] == Shown(found.rule));
  Require(rules.at(result["ruleIndex"].get<size_t>())["id"] == Shown(found.rule));
  const Action action = finding.judgement.action;
  Require(result["level"] == (action == Action::kDeny   ? "error"
                              : action == Action::kWarn ? "warning"
                                                        : "note"));
  const std::string said = Shown(finding.judgement.message + ". " + finding.judgement.fix);
  const std::string text = result["message"]["text"];
  Require(text == said || text == said + ".");
  Require(result["partialFingerprints"]["keystewardPlace/v1"] == Shown(found.fingerprint));
  Require(result["locations"].size() == 1);
  const json& location = result["locations"][0];
  Require(location["logicalLocations"][0]["fullyQualifiedName"] == Shown(found.path));
  const json& place = location["physicalLocation"];
  Require(place["region"]["startLine"] >= 1 && place["region"]["startColumn"] >= 1);
  const std::string uri = place["artifactLocation"]["uri"];
  Require(IsUri(uri));
  const std::string& file = finding.mend_file();
  if (file == "-") return Require(uri == "stdin");
  const std::string path =
      uri.substr(file.starts_with('/') ? std::string_view("file://").size() : 0);
  Require(detection::PercentDecode(path).value_or(path) == file);
}

void CheckSarif(const ScanReport& report) {
  const json log = json::parse(Print(report, ScanOutput::kSarif));
  Require(log["version"] == "2.1.0" && log["runs"].size() == 1);
  const json& run = log["runs"][0];
  const json& rules = run["tool"]["driver"]["rules"];
  std::set<std::string> ids;
  for (const ScanFinding& finding : report.findings) ids.insert(finding.judgement.finding.rule);
  Require(rules.size() == ids.size() && run["results"].size() == report.findings.size());
  for (const json& rule : rules) {
    for (const char* text : {"shortDescription", "fullDescription", "help"}) {
      Require(!rule[text]["text"].get<std::string>().empty());
    }
  }
  for (size_t i = 0; i < report.findings.size(); ++i) {
    CheckSarifResult(run["results"][i], rules, report.findings[i]);
  }
  const json& invocation = run["invocations"][0];
  Require(invocation["executionSuccessful"] == report.errors.empty());
  Require(invocation["toolExecutionNotifications"].size() == report.errors.size());
}

void CheckJson(const ScanReport& report) {
  const json whole = json::parse(Print(report, ScanOutput::kJson));
  Require(Members(whole) == std::set<std::string>{"findings", "scanned", "errors"});
  Require(whole["findings"].size() == report.findings.size());
  for (size_t i = 0; i < report.findings.size(); ++i) {
    const ScanFinding& finding = report.findings[i];
    const json& said = whole["findings"][i];
    Require(said["file"] == Shown(finding.file) &&
            said["rule"] == Shown(finding.judgement.finding.rule));
    Require(said["message"] == Shown(finding.judgement.message));
    Require(said["object"]["name"] == Shown(finding.object.name));
    Require(said.contains("source") == finding.source.has_value());
  }
  Require(whole["errors"].size() == report.errors.size());
  for (size_t i = 0; i < report.errors.size(); ++i) {
    Require(whole["errors"][i]["message"] == Shown(report.errors[i].message));
  }
}

void CheckGitlab(const ScanReport& report) {
  const json issues = json::parse(Print(report, ScanOutput::kGitlab));
  Require(issues.is_array() && issues.size() == report.findings.size());
  std::set<std::string> fingerprints;
  for (size_t i = 0; i < issues.size(); ++i) {
    Require(fingerprints.insert(issues[i]["fingerprint"]).second);
    Require(issues[i]["location"]["path"] == Shown(report.findings[i].mend_file()));
  }
}

// One command a line, whatever the texts hold.
void CheckGithub(const ScanReport& report) {
  std::string_view text;
  const std::string printed = Print(report, ScanOutput::kGithub);
  text = printed;
  size_t commands = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    Require(line.starts_with("::error file=") || line.starts_with("::warning file=") ||
            line.starts_with("::notice file="));
    Require(line.find('\r') == std::string_view::npos);
    text.remove_prefix(line.size() + 1);
    ++commands;
  }
  Require(commands == report.findings.size() + report.errors.size());
}

// https://www.w3.org/TR/xml/#charsets
bool IsXmlChar(char32_t c) {
  return c == '\t' || c == '\n' || (c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE) ||
         c >= 0x10000;
}

void CheckMarkup(std::string_view rest) {
  constexpr std::string_view kTags[] = {
      "<?xml ",  "<testsuites ", "<testsuite ",   "<testcase ",  "<failure ",    "<system-out>",
      "<error ", "</failure>",   "</system-out>", "</testcase>", "</testsuite>", "</testsuites>"};
  constexpr std::string_view kEntities[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
  const auto begins = [&](std::string_view word) { return rest.starts_with(word); };
  while (!rest.empty()) {
    const Utf8Char c = FirstUtf8Char(rest);
    Require(c.valid && IsXmlChar(c.code));
    if (c.code == '<') Require(std::any_of(std::begin(kTags), std::end(kTags), begins));
    if (c.code == '&') Require(std::any_of(std::begin(kEntities), std::end(kEntities), begins));
    rest.remove_prefix(c.size);
  }
}

size_t Count(std::string_view text, std::string_view word) {
  size_t count = 0;
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

void CheckJunit(const ScanReport& report) {
  const std::string text = Print(report, ScanOutput::kJunit);
  CheckMarkup(text);
  const size_t cases = Count(text, "<testcase ");
  Require(cases >= report.findings.size() + report.errors.size());
  Require(text.find(" tests=\"" + std::to_string(cases) + "\"") != std::string::npos);
  Require(Count(text, "<failure ") + Count(text, "<system-out>") == report.findings.size());
  Require(Count(text, "<error ") == report.errors.size());
}

void CheckPolicyReport(const ScanReport& report) {
  const std::string text = Print(report, ScanOutput::kPolicyReport);
  detection::ManifestReader reader({.bytes = 64u << 20, .nodes = 10'000'000});
  const auto file = reader.Read(text);
  Require(file.has_value());
  std::multiset<std::string> messages;
  for (const detection::Document& document : file->documents) {
    const json object = policy::ManifestJson(*document.root);
    Require(Members(object) ==
            std::set<std::string>{"apiVersion", "kind", "metadata", "summary", "results"});
    int64_t sum = 0;
    for (const auto& [name, count] : object["summary"].items()) sum += count.get<int64_t>();
    Require(sum == static_cast<int64_t>(object["results"].size()));
    for (const json& result : object["results"]) messages.insert(result["message"]);
  }
  std::multiset<std::string> expected;
  for (const ScanFinding& finding : report.findings) {
    expected.insert(Shown(finding.judgement.message));
  }
  Require(messages == expected);
}

}  // namespace
}  // namespace keysteward::cli

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::cli;  // NOLINT: one function
  const ScanReport report = ReportOf({reinterpret_cast<const char*>(data), size});
  CheckSarif(report);
  CheckJson(report);
  CheckGitlab(report);
  CheckGithub(report);
  CheckJunit(report);
  CheckPolicyReport(report);
  return 0;
}
