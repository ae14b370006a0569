#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/scan/report_formats.h"
#include "common/json.h"
#include "common/strings.h"
#include "common/version.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;
using policy::Action;

constexpr std::string_view kHome = "https://keysteward.dev";

std::string_view Level(Action action) {
  return action == Action::kDeny ? "error" : action == Action::kWarn ? "warning" : "note";
}

// Relative to the root of the repository, as code scanning wants it.
json Artifact(const std::string& file) {
  if (file == "-") return {{"uri", "stdin"}};
  std::vector<std::string> parts;
  for (const std::string_view part : Split(file, '/')) parts.push_back(PercentEncode(part));
  const std::string uri = Join(parts, "/");
  return {{"uri", uri.starts_with('/') ? "file://" + uri : uri}};
}

// What a rule says when it is looked up: what it finds, and what to do.
struct RuleText {
  std::string title;
  std::string help;
};

RuleText TextOf(const std::string& id, const ScanReport& report) {
  const detection::Rule* rule = report.rules == nullptr ? nullptr : report.rules->Find(id);
  if (rule != nullptr) {
    return {"A credential of " + rule->provider + " stands in a manifest.", rule->remediation};
  }
  if (id.starts_with("secret-")) {
    return {"A Secret used as environment variables has no valid owner or end.",
            "Annotate the Secret with keysteward.dev/owner and keysteward.dev/expires-at, or let "
            "a ManagedCredential deliver it."};
  }
  return {"A literal credential stands in a manifest.",
          "Declare a ManagedCredential and read the Secret it delivers; replace the key at its "
          "provider."};
}

// For people: "stripe-secret-key" → "StripeSecretKey".
std::string NameOf(const std::string& id) {
  std::string name;
  for (const std::string_view word : Split(id, '-')) {
    if (word.empty()) continue;
    name += static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
    name += word.substr(1);
  }
  return name;
}

json RuleJson(const std::string& id, const ScanReport& report) {
  const RuleText text = TextOf(id, report);
  return {{"id", id},
          {"name", NameOf(id)},
          {"shortDescription", {{"text", text.title}}},
          {"fullDescription", {{"text", text.title + " " + text.help}}},
          {"help", {{"text", text.help}, {"markdown", text.help}}},
          {"helpUri", kHome},
          {"defaultConfiguration", {{"level", "error"}}},
          {"properties",
           {{"tags", {"security", "credentials"}},
            {"precision", "high"},
            {"security-severity", "8.0"}}}};
}

json Location(const std::string& file, detection::Position position, const std::string& path) {
  const json region = {{"startLine", std::max(position.line, 1u)},
                       {"startColumn", std::max(position.column, 1u)}};
  return {{"physicalLocation", {{"artifactLocation", Artifact(file)}, {"region", region}}},
          {"logicalLocations", {{{"fullyQualifiedName", path}}}}};
}

json ResultJson(const ScanFinding& finding, size_t rule_index) {
  const detection::Finding& found = finding.judgement.finding;
  const std::string text = finding.judgement.message + ". " + finding.judgement.fix;
  json result = {
      {"ruleId", found.rule},
      {"ruleIndex", rule_index},
      {"level", Level(finding.judgement.action)},
      {"message", {{"text", text.ends_with('.') ? text : text + "."}}},
      {"locations", {Location(finding.mend_file(), finding.mend_position(), found.path)}},
      {"partialFingerprints", {{"keystewardPlace/v1", found.fingerprint}}}};
  if (finding.in_baseline || finding.judgement.existing) result["baselineState"] = "unchanged";
  if (!finding.judgement.exception.empty()) {
    result["suppressions"] = {
        {{"kind", "external"}, {"justification", finding.judgement.exception}}};
  }
  return result;
}

json RunJson(const ScanReport& report) {
  std::map<std::string, size_t> rules;
  for (const ScanFinding& finding : report.findings) rules[finding.judgement.finding.rule] = 0;
  json descriptions = json::array();
  for (auto& [id, index] : rules) {
    index = descriptions.size();
    descriptions.push_back(RuleJson(id, report));
  }
  json results = json::array();
  for (const ScanFinding& finding : report.findings) {
    results.push_back(ResultJson(finding, rules.at(finding.judgement.finding.rule)));
  }
  json notes = json::array();
  for (const InputError& error : report.errors) {
    notes.push_back(
        {{"level", "error"}, {"message", {{"text", error.file + ": " + error.message + "."}}}});
  }
  const json driver = {{"name", "keysteward"},
                       {"version", kVersion},
                       {"semanticVersion", kVersion},
                       {"informationUri", kHome},
                       {"rules", std::move(descriptions)}};
  return {{"tool", {{"driver", driver}}},
          {"columnKind", "unicodeCodePoints"},
          {"automationDetails", {{"id", "keysteward/"}}},
          {"invocations",
           {{{"executionSuccessful", report.errors.empty()},
             {"toolExecutionNotifications", std::move(notes)}}}},
          {"results", std::move(results)}};
}

}  // namespace

void PrintSarifReport(const ScanReport& report, std::ostream& out) {
  out << DumpJson({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                   {"version", "2.1.0"},
                   {"runs", {RunJson(report)}}})
      << '\n';
}

}  // namespace keysteward::cli
