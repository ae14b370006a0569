#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/output/format.h"
#include "cli/scan/report_formats.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;
using policy::Action;

// Reports with thousands of results weigh on etcd and on whoever watches them.
constexpr size_t kMostResults = 500;

std::string_view ResultOf(const ScanFinding& finding) {
  const Action action = finding.judgement.action;
  if (!finding.judgement.exception.empty()) return "skip";
  return action == Action::kDeny ? "fail" : action == Action::kWarn ? "warn" : "pass";
}

std::string_view PolicySeverity(Action action) {
  return action == Action::kDeny ? "high" : action == Action::kWarn ? "medium" : "low";
}

json ResultJson(const ScanFinding& finding, WallTime now) {
  const detection::Finding& found = finding.judgement.finding;
  json result = {
      {"source", "keysteward"},
      {"policy", found.rule.starts_with("secret-") ? "secret-references" : "literal-credentials"},
      {"rule", found.rule},
      {"category", "Credentials"},
      {"severity", PolicySeverity(finding.judgement.action)},
      {"result", ResultOf(finding)},
      {"scored", true},
      {"message", finding.judgement.message},
      {"timestamp",
       {{"seconds",
         std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count()},
        {"nanos", 0}}},
      {"properties",
       {{"file", finding.mend_file()},
        {"line", std::to_string(finding.mend_position().line)},
        {"path", found.path},
        {"fingerprint", found.fingerprint},
        {"fix", finding.judgement.fix}}}};
  if (finding.object.name.empty()) return result;
  json resource = {{"apiVersion", finding.object.api_version},
                   {"kind", finding.object.kind},
                   {"name", finding.object.name}};
  if (!finding.object.namespace_name.empty()) {
    resource["namespace"] = finding.object.namespace_name;
  }
  result["resources"] = json::array({std::move(resource)});
  return result;
}

json ReportJson(const std::string& namespace_name, size_t number, json results) {
  std::map<std::string, int> summary = {
      {"pass", 0}, {"fail", 0}, {"warn", 0}, {"error", 0}, {"skip", 0}};
  for (const json& result : results) ++summary[result["result"]];
  const std::string name =
      "keysteward-scan" + (number == 0 ? "" : "-" + std::to_string(number + 1));
  json metadata = {{"name", name}};
  if (!namespace_name.empty()) metadata["namespace"] = namespace_name;
  return {{"apiVersion", "wgpolicyk8s.io/v1alpha2"},
          {"kind", namespace_name.empty() ? "ClusterPolicyReport" : "PolicyReport"},
          {"metadata", std::move(metadata)},
          {"summary", summary},
          {"results", std::move(results)}};
}

}  // namespace

// One report for each namespace, split where it would grow too large; a ClusterPolicyReport for
// objects that name none.
void PrintPolicyReport(const ScanReport& report, std::ostream& out) {
  std::map<std::string, std::vector<json>> chunks;
  for (const ScanFinding& finding : report.findings) {
    std::vector<json>& of_namespace = chunks[finding.object.namespace_name];
    if (of_namespace.empty() || of_namespace.back().size() == kMostResults) {
      of_namespace.push_back(json::array());
    }
    of_namespace.back().push_back(ResultJson(finding, report.now));
  }
  if (chunks.empty()) chunks[""].push_back(json::array());
  for (auto& [namespace_name, of_namespace] : chunks) {
    for (size_t i = 0; i < of_namespace.size(); ++i) {
      out << "---\n" << ToYaml(ReportJson(namespace_name, i, std::move(of_namespace[i])));
    }
  }
}

}  // namespace keysteward::cli
