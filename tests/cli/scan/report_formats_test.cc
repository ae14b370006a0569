#include "cli/scan/report_formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "common/duration.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;
using policy::Action;
using testing::HasSubstr;
using testing::Not;

ScanFinding Found(Action action, const std::string& file = "deploy/a.yaml") {
  ScanFinding found;
  found.file = file;
  found.object = {"apps/v1", "Deployment", "shop", "api"};
  found.judgement.finding.rule = "stripe-secret-key";
  found.judgement.finding.path = "spec.env[0].value";
  found.judgement.finding.position = {7, 12};
  found.judgement.finding.fingerprint = "0123456789abcdef";
  found.judgement.action = action;
  found.judgement.message = "a message";
  found.judgement.fix = "Fix: it";
  return found;
}

ScanReport Report(std::vector<ScanFinding> findings) {
  ScanReport report;
  for (const ScanFinding& finding : findings) {
    if (report.file_names.empty() || report.file_names.back() != finding.file) {
      report.file_names.push_back(finding.file);
    }
  }
  report.findings = std::move(findings);
  report.now = ParseTime("2026-11-26T12:00:00Z").value();
  return report;
}

std::string Print(const ScanReport& report, ScanOutput output) {
  std::ostringstream out;
  PrintReport(report, output, out);
  return out.str();
}

ScanFinding Rendered() {
  ScanFinding found = Found(Action::kDeny, "helm template chart");
  found.source = SourcePlace{"chart/values.yaml", {5, 13}, "auth.password"};
  return found;
}

TEST(TextReport, NamesWhereToMendAndWhereItWasRenderedTo) {
  EXPECT_THAT(Print(Report({Rendered()}), ScanOutput::kText),
              testing::StartsWith("chart/values.yaml:5:13: deny: a message\n"
                                  "    value auth.password, rendered to helm template chart:7:12\n"
                                  "    Fix: it\n"));
}

TEST(TextReport, SaysWhyAFindingIsNoReasonToFail) {
  ScanFinding existing = Found(Action::kAudit);
  existing.judgement.existing = true;
  ScanFinding listed = Found(Action::kAudit);
  listed.in_baseline = true;
  ScanReport report = Report({existing, listed});
  report.stale_baseline = {"ffff"};
  const std::string text = Print(report, ScanOutput::kText);
  EXPECT_THAT(text, HasSubstr("info: a message (was there before)\n"));
  EXPECT_THAT(text, HasSubstr("info: a message (in the baseline)\n"));
  EXPECT_THAT(text, HasSubstr("baseline: ffff is no longer found; remove it\n"));
}

TEST(TextReport, ALiveObjectHasNoLine) {
  ScanFinding live = Found(Action::kDeny, "Deployment shop/api");
  live.judgement.finding.position = {};
  EXPECT_THAT(Print(Report({live}), ScanOutput::kText),
              testing::StartsWith("Deployment shop/api: deny: a message\n"));
}

TEST(JsonReport, HoldsTheSource) {
  const json finding = json::parse(Print(Report({Rendered()}), ScanOutput::kJson))["findings"][0];
  EXPECT_EQ(finding["file"], "helm template chart");
  EXPECT_EQ(finding["line"], 7);
  EXPECT_EQ(finding["source"], json::parse(R"({"file": "chart/values.yaml", "line": 5,
                                               "column": 13, "key": "auth.password"})"));
}

TEST(SarifReport, NamesPlacesRelativeToTheRepository) {
  const json run = json::parse(
      Print(Report({Rendered(), Found(Action::kDeny, "/abs/a b.yaml"), Found(Action::kWarn, "-")}),
            ScanOutput::kSarif))["runs"][0];
  const auto uri = [&](size_t i) {
    return run["results"][i]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
  };
  EXPECT_EQ(uri(0), "chart/values.yaml");
  EXPECT_EQ(uri(1), "file:///abs/a%20b.yaml");
  EXPECT_EQ(uri(2), "stdin");
  EXPECT_FALSE(run.dump().find("snippet") != std::string::npos);
}

TEST(SarifReport, ExplainsItsRules) {
  detection::RuleSet rules;
  rules.rules.push_back({.id = "stripe-secret-key",
                         .provider = "Stripe",
                         .pattern = {},
                         .keywords = {},
                         .names = {},
                         .remediation = "Roll the key.",
                         .examples = {},
                         .counterexamples = {}});
  ScanFinding reference = Found(Action::kDeny);
  reference.judgement.finding.rule = "secret-without-owner";
  ScanReport report = Report({Found(Action::kDeny), reference});
  report.rules = &rules;
  const json run = json::parse(Print(report, ScanOutput::kSarif))["runs"][0];
  const json& described = run["tool"]["driver"]["rules"];
  ASSERT_EQ(described.size(), 2u);
  EXPECT_EQ(described[0]["id"], "secret-without-owner");
  EXPECT_THAT(described[0]["help"]["text"].get<std::string>(), HasSubstr("keysteward.dev/owner"));
  EXPECT_EQ(described[1]["help"]["text"], "Roll the key.");
  EXPECT_EQ(described[1]["name"], "StripeSecretKey");
  EXPECT_EQ(run["results"][0]["ruleIndex"], 1);
  EXPECT_EQ(run["results"][1]["ruleIndex"], 0);
}

TEST(SarifReport, KnowsWhatIsOldAndWhatIsWaived) {
  ScanFinding listed = Found(Action::kAudit);
  listed.in_baseline = true;
  ScanFinding waived = Found(Action::kAllow);
  waived.judgement.exception = "old";
  const json results =
      json::parse(Print(Report({listed, waived}), ScanOutput::kSarif))["runs"][0]["results"];
  EXPECT_EQ(results[0]["baselineState"], "unchanged");
  EXPECT_EQ(results[1]["suppressions"][0]["justification"], "old");
  EXPECT_FALSE(results[0].contains("suppressions"));
}

TEST(SarifReport, TellsThatAFileWasNotRead) {
  ScanReport report;
  report.errors = {{"b.yaml", "3:1: bad"}};
  const json run = json::parse(Print(report, ScanOutput::kSarif))["runs"][0];
  EXPECT_EQ(run["invocations"][0]["executionSuccessful"], false);
  EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"],
            "b.yaml: 3:1: bad.");
}

TEST(JunitReport, CountsWhatFails) {
  ScanReport report = Report({Found(Action::kDeny), Found(Action::kWarn, "b.yaml")});
  report.file_names.push_back("clean.yaml");
  report.errors = {{"broken.yaml", "1:1: bad"}};
  std::string text = Print(report, ScanOutput::kJunit);
  EXPECT_THAT(text, HasSubstr("tests=\"4\" failures=\"1\" errors=\"1\""));
  EXPECT_THAT(text, HasSubstr("<testcase classname=\"clean.yaml\" name=\"no findings\"/>"));
  EXPECT_THAT(text, HasSubstr("<error type=\"unreadable\" message=\"1:1: bad\"/>"));
  report.fail_on = Action::kWarn;
  text = Print(report, ScanOutput::kJunit);
  EXPECT_THAT(text, HasSubstr("tests=\"4\" failures=\"2\" errors=\"1\""));
}

TEST(JunitReport, EscapesWhatXmlWouldRead) {
  const std::string text =
      Print(Report({Found(Action::kDeny, "<a>&\"b\".yaml\x01")}), ScanOutput::kJunit);
  EXPECT_THAT(text, HasSubstr("classname=\"&lt;a&gt;&amp;&quot;b&quot;.yaml"));
  EXPECT_THAT(text, Not(HasSubstr("\x01")));
}

TEST(GithubReport, IsAnAnnotationForEachFinding) {
  EXPECT_EQ(Print(Report({Found(Action::kDeny), Found(Action::kWarn), Found(Action::kAudit)}),
                  ScanOutput::kGithub),
            "::error file=deploy/a.yaml,line=7,col=12,title=keysteward stripe-secret-key::a "
            "message%0AFix: it\n"
            "::warning file=deploy/a.yaml,line=7,col=12,title=keysteward stripe-secret-key::a "
            "message%0AFix: it\n"
            "::notice file=deploy/a.yaml,line=7,col=12,title=keysteward stripe-secret-key::a "
            "message%0AFix: it\n");
}

// A file name must not begin another command.
TEST(GithubReport, EscapesWhatTheRunnerWouldRead) {
  const std::string text = Print(
      Report({Found(Action::kDeny, "a,line=1::b%0A\n::stop-commands::x")}), ScanOutput::kGithub);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_THAT(text, testing::StartsWith("::error file=a%2Cline=1%3A%3Ab%250A"));
}

TEST(GitlabReport, IsACodeQualityReport) {
  const json issues = json::parse(
      Print(Report({Found(Action::kDeny), Found(Action::kWarn), Rendered()}), ScanOutput::kGitlab));
  ASSERT_EQ(issues.size(), 3u);
  EXPECT_EQ(issues[0]["severity"], "critical");
  EXPECT_EQ(issues[1]["severity"], "major");
  EXPECT_EQ(issues[0]["check_name"], "stripe-secret-key");
  EXPECT_EQ(issues[0]["location"], json::parse(R"({"path": "deploy/a.yaml",
                                                   "lines": {"begin": 7}})"));
  EXPECT_EQ(issues[2]["location"]["path"], "chart/values.yaml");
  EXPECT_NE(issues[0]["fingerprint"], issues[1]["fingerprint"])
      << "GitLab drops what has the fingerprint of another";
  EXPECT_EQ(json::parse(Print({}, ScanOutput::kGitlab)), json::array());
}

TEST(PolicyReport, IsOneForEachNamespace) {
  ScanFinding other = Found(Action::kWarn);
  other.object.namespace_name = "billing";
  ScanFinding none = Found(Action::kAllow);
  none.object = {};
  none.judgement.exception = "old";
  const std::string text =
      Print(Report({Found(Action::kDeny), other, none}), ScanOutput::kPolicyReport);
  EXPECT_THAT(text, HasSubstr("\"namespace\": \"billing\""));
  EXPECT_THAT(text, HasSubstr("\"kind\": \"ClusterPolicyReport\""));
  EXPECT_THAT(text, HasSubstr("\"fail\": 1"));
  EXPECT_THAT(text, HasSubstr("\"skip\": 1"));
  EXPECT_THAT(text, HasSubstr("\"result\": \"warn\""));
}

TEST(PolicyReport, IsSplitBeforeItGrowsTooLarge) {
  const std::string text = Print(Report(std::vector<ScanFinding>(1001, Found(Action::kDeny))),
                                 ScanOutput::kPolicyReport);
  EXPECT_THAT(text, HasSubstr("\"name\": \"keysteward-scan\"\n"));
  EXPECT_THAT(text, HasSubstr("\"name\": \"keysteward-scan-3\"\n"));
  EXPECT_THAT(text, HasSubstr("\"fail\": 500"));
}

TEST(Reports, OfNothingAreWellFormed) {
  EXPECT_TRUE(json::accept(Print({}, ScanOutput::kSarif)));
  EXPECT_EQ(Print({}, ScanOutput::kGithub), "");
  EXPECT_THAT(Print({}, ScanOutput::kJunit), HasSubstr("tests=\"0\" failures=\"0\" errors=\"0\""));
  EXPECT_THAT(Print({}, ScanOutput::kPolicyReport), HasSubstr("\"results\": []"));
}

}  // namespace
}  // namespace keysteward::cli
