#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/scan/report_formats.h"
#include "common/json.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;

json ObjectJson(const detection::ObjectIdentity& object) {
  return {{"apiVersion", object.api_version},
          {"kind", object.kind},
          {"namespace", object.namespace_name},
          {"name", object.name}};
}

json FindingJson(const ScanFinding& finding) {
  const detection::Finding& found = finding.judgement.finding;
  json out = {{"file", finding.file},
              {"document", finding.document},
              {"line", found.position.line},
              {"column", found.position.column},
              {"object", ObjectJson(finding.object)},
              {"path", found.path},
              {"rule", found.rule},
              {"provider", found.provider},
              {"confidence", detection::ConfidenceName(found.confidence)},
              {"severity", Severity(finding.judgement.action)},
              {"reasons", found.reasons},
              {"fingerprint", found.fingerprint},
              {"message", finding.judgement.message},
              {"fix", finding.judgement.fix}};
  if (!finding.judgement.exception.empty()) out["exception"] = finding.judgement.exception;
  if (finding.judgement.existing) out["existing"] = true;
  if (finding.in_baseline) out["baseline"] = true;
  if (finding.source) {
    out["source"] = {{"file", finding.source->file},
                     {"line", finding.source->position.line},
                     {"column", finding.source->position.column},
                     {"key", finding.source->key}};
  }
  return out;
}

}  // namespace

void PrintJsonReport(const ScanReport& report, std::ostream& out) {
  json findings = json::array();
  for (const ScanFinding& finding : report.findings) findings.push_back(FindingJson(finding));
  json errors = json::array();
  for (const InputError& error : report.errors) {
    errors.push_back({{"file", error.file}, {"message", error.message}});
  }
  json whole = {
      {"findings", std::move(findings)},
      {"scanned",
       {{"files", report.files}, {"documents", report.documents}, {"bytes", report.bytes}}},
      {"errors", std::move(errors)}};
  if (!report.stale_baseline.empty()) whole["staleBaseline"] = report.stale_baseline;
  out << DumpJson(whole) << '\n';
}

}  // namespace keysteward::cli
