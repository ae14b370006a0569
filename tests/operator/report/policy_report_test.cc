#include "operator/report/policy_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duration.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using policy::Action;

ReportedFinding Finding(Action action, const std::string& exception = "") {
  return {.api_version = "apps/v1",
          .kind = "Deployment",
          .name = "api",
          .action = action,
          .rule = "stripe-secret-key",
          .fingerprint = "0123456789abcdef",
          .message = "spec: why",
          .exception = exception};
}

TEST(ReportOf, NamesTheObjectTheRuleAndWhy) {
  NamespaceFindings found{.namespace_name = "shop"};
  found.findings = {Finding(Action::kDeny)};
  const json report = ReportOf(found, ParseTime("2026-11-27T00:00:01Z").value());
  EXPECT_EQ(report["metadata"]["name"], "keysteward");
  EXPECT_EQ(report["metadata"]["namespace"], "shop");
  EXPECT_EQ(report["metadata"]["labels"]["app.kubernetes.io/managed-by"], "keysteward");
  const json& result = report["results"][0];
  EXPECT_EQ(result["result"], "fail");
  EXPECT_EQ(result["severity"], "high");
  EXPECT_EQ(result["rule"], "stripe-secret-key");
  EXPECT_EQ(result["message"], "spec: why");
  EXPECT_EQ(result["properties"], json({{"fingerprint", "0123456789abcdef"}}));
  EXPECT_EQ(result["timestamp"]["seconds"], 1795737601);
  EXPECT_EQ(result["resources"], json::array({{{"apiVersion", "apps/v1"},
                                               {"kind", "Deployment"},
                                               {"namespace", "shop"},
                                               {"name", "api"}}}));
}

TEST(ReportOf, EachActionHasItsWord) {
  NamespaceFindings found;
  found.findings = {Finding(Action::kWarn), Finding(Action::kAudit),
                    Finding(Action::kAllow, "legacy")};
  const json report = ReportOf(found, WallTime{});
  const auto words = [&](int i) {
    const json& result = report["results"][i];
    return result["result"].get<std::string>() + " " + result["severity"].get<std::string>();
  };
  EXPECT_EQ(words(0), "warn medium");
  EXPECT_EQ(words(1), "warn low");
  EXPECT_EQ(words(2), "skip info");
  EXPECT_EQ(report["results"][2]["properties"]["exception"], "legacy");
}

TEST(ReportOf, CountsWhatIsNotListedToo) {
  NamespaceFindings found;
  found.counts = {.deny = 700, .warn = 3, .audit = 2, .waived = 1};
  found.errors = {"list pods: forbidden"};
  EXPECT_EQ(ReportOf(found, WallTime{})["summary"],
            json({{"pass", 0}, {"fail", 700}, {"warn", 5}, {"error", 1}, {"skip", 1}}));
}

}  // namespace
}  // namespace keysteward::op
