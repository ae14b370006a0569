#include "cli/commands/scan_report.h"

#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "cli/output/table.h"
#include "common/json.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;
using policy::Action;

std::string_view Severity(Action action) {
  return action == Action::kDeny ? "deny" : action == Action::kWarn ? "warn" : "info";
}

std::string Place(const ScanFinding& finding) {
  const detection::Position position = finding.judgement.finding.position;
  return Clean(finding.file) + ":" + std::to_string(position.line) + ":" +
         std::to_string(position.column);
}

void PrintText(const ScanReport& report, std::ostream& out) {
  size_t denied = 0;
  size_t warned = 0;
  for (const ScanFinding& finding : report.findings) {
    const Action action = finding.judgement.action;
    denied += action == Action::kDeny;
    warned += action == Action::kWarn;
    out << Place(finding) << ": " << Severity(action) << ": " << finding.judgement.message << '\n';
    if (action >= Action::kWarn) out << "    " << finding.judgement.fix << '\n';
  }
  for (const InputError& error : report.errors) {
    out << Clean(error.file) << ":" << (error.message.find(':') == std::string::npos ? " " : "")
        << error.message << '\n';
  }
  out << denied << " denied, " << warned << " warned, " << report.errors.size()
      << " unreadable; scanned " << report.files << " files, " << report.documents
      << " documents\n";
}

json ToJson(const ScanFinding& finding) {
  const detection::Finding& found = finding.judgement.finding;
  json reasons = json::array();
  for (const std::string& reason : found.reasons) reasons.push_back(reason);
  json out = {{"file", finding.file},
              {"document", finding.document},
              {"line", found.position.line},
              {"column", found.position.column},
              {"object",
               {{"apiVersion", finding.object.api_version},
                {"kind", finding.object.kind},
                {"namespace", finding.object.namespace_name},
                {"name", finding.object.name}}},
              {"path", found.path},
              {"rule", found.rule},
              {"provider", found.provider},
              {"confidence", detection::ConfidenceName(found.confidence)},
              {"severity", Severity(finding.judgement.action)},
              {"reasons", std::move(reasons)},
              {"fingerprint", found.fingerprint},
              {"message", finding.judgement.message},
              {"fix", finding.judgement.fix}};
  if (!finding.judgement.exception.empty()) out["exception"] = finding.judgement.exception;
  return out;
}

void PrintJson(const ScanReport& report, std::ostream& out) {
  json findings = json::array();
  for (const ScanFinding& finding : report.findings) findings.push_back(ToJson(finding));
  json errors = json::array();
  for (const InputError& error : report.errors) {
    errors.push_back({{"file", error.file}, {"message", error.message}});
  }
  out << DumpJson(
             {{"findings", std::move(findings)},
              {"scanned",
               {{"files", report.files}, {"documents", report.documents}, {"bytes", report.bytes}}},
              {"errors", std::move(errors)}})
      << '\n';
}

json SarifResult(const ScanFinding& finding) {
  const detection::Finding& found = finding.judgement.finding;
  const Action action = finding.judgement.action;
  const json region = {{"startLine", std::max(found.position.line, 1u)},
                       {"startColumn", std::max(found.position.column, 1u)}};
  return {{"ruleId", found.rule},
          {"level", action == Action::kDeny   ? "error"
                    : action == Action::kWarn ? "warning"
                                              : "note"},
          {"message", {{"text", finding.judgement.message + "\n" + finding.judgement.fix}}},
          {"locations",
           {{{"physicalLocation",
              {{"artifactLocation", {{"uri", finding.file == "-" ? "stdin" : finding.file}}},
               {"region", region}}},
             {"logicalLocations", {{{"fullyQualifiedName", found.path}}}}}}},
          {"partialFingerprints", {{"keystewardPlace/v1", found.fingerprint}}}};
}

void PrintSarif(const ScanReport& report, std::ostream& out) {
  std::set<std::string> ids;
  json results = json::array();
  for (const ScanFinding& finding : report.findings) {
    ids.insert(finding.judgement.finding.rule);
    results.push_back(SarifResult(finding));
  }
  json rules = json::array();
  for (const std::string& id : ids) {
    rules.push_back({{"id", id}, {"shortDescription", {{"text", "Keysteward rule " + id}}}});
  }
  const json driver = {{"name", "keysteward"}, {"rules", std::move(rules)}};
  out << DumpJson({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                   {"version", "2.1.0"},
                   {"runs", {{{"tool", {{"driver", driver}}}, {"results", std::move(results)}}}}})
      << '\n';
}

}  // namespace

void PrintReport(const ScanReport& report, ScanOutput output, std::ostream& out) {
  switch (output) {
    case ScanOutput::kText:
      return PrintText(report, out);
    case ScanOutput::kJson:
      return PrintJson(report, out);
    case ScanOutput::kSarif:
      return PrintSarif(report, out);
  }
}

}  // namespace keysteward::cli
