#include "operator/report/policy_report.h"

#include <nlohmann/json.hpp>

namespace keysteward::op {

using nlohmann::json;
using policy::Action;

namespace {

json ResultOf(const ReportedFinding& finding, const std::string& namespace_name, int64_t seconds) {
  const bool waived = !finding.exception.empty();
  const char* result = waived ? "skip" : finding.action == Action::kDeny ? "fail" : "warn";
  const char* severity = waived                            ? "info"
                         : finding.action == Action::kDeny ? "high"
                         : finding.action == Action::kWarn ? "medium"
                                                           : "low";
  json properties = {{"fingerprint", finding.fingerprint}};
  if (waived) properties["exception"] = finding.exception;
  return {{"source", "keysteward"},
          {"policy", "keysteward"},
          {"category", "Credentials"},
          {"rule", finding.rule},
          {"result", result},
          {"severity", severity},
          {"message", finding.message},
          {"scored", !waived},
          {"timestamp", {{"seconds", seconds}, {"nanos", 0}}},
          {"properties", std::move(properties)},
          {"resources",
           {{{"apiVersion", finding.api_version},
             {"kind", finding.kind},
             {"namespace", namespace_name},
             {"name", finding.name}}}}};
}

}  // namespace

json ReportOf(const NamespaceFindings& found, WallTime now) {
  const int64_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  json results = json::array();
  for (const ReportedFinding& finding : found.findings) {
    results.push_back(ResultOf(finding, found.namespace_name, seconds));
  }
  const FindingCounts& counts = found.counts;
  return {{"apiVersion", "wgpolicyk8s.io/v1alpha2"},
          {"kind", "PolicyReport"},
          {"metadata",
           {{"name", kReportName},
            {"namespace", found.namespace_name},
            {"labels", {{kReportLabel, "keysteward"}}}}},
          {"summary",
           {{"pass", 0},
            {"fail", counts.deny},
            {"warn", counts.warn + counts.audit},
            {"error", found.errors.size()},
            {"skip", counts.waived}}},
          {"results", std::move(results)}};
}

}  // namespace keysteward::op
