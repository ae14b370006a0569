#include "cli/scan/scan_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace keysteward::cli {
namespace {

using nlohmann::json;
using policy::Action;
using testing::HasSubstr;
using testing::Not;

ScanFinding Found(Action action, const std::string& file = "a.yaml") {
  ScanFinding found;
  found.file = file;
  found.document = 1;
  found.object = {"apps/v1", "Deployment", "shop", "api"};
  detection::Finding& finding = found.judgement.finding;
  finding.rule = "stripe-secret-key";
  finding.provider = "Stripe";
  finding.path = "spec.env[0].value";
  finding.position = {7, 12};
  finding.confidence = detection::Confidence::kHigh;
  finding.fingerprint = "0123456789abcdef";
  finding.reasons = {"r1", "r2"};
  found.judgement.action = action;
  found.judgement.message = "a message";
  found.judgement.fix = "Fix: it";
  return found;
}

std::string Print(const ScanReport& report, ScanOutput output = ScanOutput::kText) {
  std::ostringstream out;
  PrintReport(report, output, out);
  return out.str();
}

ScanReport One(ScanFinding found) {
  ScanReport report;
  report.findings.push_back(std::move(found));
  report.files = 1;
  report.documents = 2;
  report.bytes = 30;
  return report;
}

TEST(ScanReport, OfNothingSaysSo) {
  EXPECT_EQ(Print({}), "0 denied, 0 warned, 0 unreadable; scanned 0 files, 0 documents\n");
}

TEST(ScanReport, ShowsAFixWhereOneIsNeeded) {
  EXPECT_EQ(Print(One(Found(Action::kDeny))),
            "a.yaml:7:12: deny: a message\n    Fix: it\n"
            "1 denied, 0 warned, 0 unreadable; scanned 1 files, 2 documents\n");
  EXPECT_THAT(Print(One(Found(Action::kWarn))), HasSubstr("warn: a message\n    Fix: it\n"));
  EXPECT_EQ(Print(One(Found(Action::kAllow))),
            "a.yaml:7:12: info: a message\n"
            "0 denied, 0 warned, 0 unreadable; scanned 1 files, 2 documents\n");
}

TEST(ScanReport, NamesUnreadableFilesAsCompilersDo) {
  ScanReport report;
  report.errors = {{"a.yaml", "3:1: bad"}, {"b.yaml", "no such file"}};
  EXPECT_THAT(Print(report), HasSubstr("a.yaml:3:1: bad\nb.yaml: no such file\n"));
}

// A file of a stranger's repository must not write to the terminal by its name.
TEST(ScanReport, CleansFileNames) {
  const std::string name = "a\x1B[2J\n9 denied\r.yaml";
  ScanReport report = One(Found(Action::kDeny, name));
  report.errors = {{name, "no such file"}};
  const std::string printed = Print(report);
  EXPECT_THAT(printed, Not(HasSubstr("\x1B")));
  EXPECT_THAT(printed, Not(HasSubstr("\r")));
  EXPECT_EQ(std::count(printed.begin(), printed.end(), '\n'), 4);
  for (const ScanOutput output : {ScanOutput::kJson, ScanOutput::kSarif}) {
    const std::string structured = Print(report, output);
    EXPECT_THAT(structured, Not(HasSubstr("\x1B")));
    EXPECT_TRUE(json::accept(structured));
  }
}

TEST(ScanReport, SurvivesFileNamesThatAreNoUtf8) {
  const ScanReport report = One(Found(Action::kDeny, "\xFF\xFE.yaml"));
  EXPECT_TRUE(json::accept(Print(report, ScanOutput::kJson)));
  EXPECT_TRUE(json::accept(Print(report, ScanOutput::kSarif)));
}

TEST(ScanReport, HoldsEverythingAsJson) {
  ScanReport report = One(Found(Action::kDeny));
  report.findings[0].judgement.exception = "comment of payments";
  report.errors = {{"b.yaml", "no such file"}};
  EXPECT_EQ(json::parse(Print(report, ScanOutput::kJson)), json::parse(R"({
    "findings": [{"file": "a.yaml", "document": 1, "line": 7, "column": 12,
      "object": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "api"},
      "path": "spec.env[0].value", "rule": "stripe-secret-key", "provider": "Stripe",
      "confidence": "High", "severity": "deny", "reasons": ["r1", "r2"],
      "fingerprint": "0123456789abcdef", "message": "a message", "fix": "Fix: it",
      "exception": "comment of payments"}],
    "scanned": {"files": 1, "documents": 2, "bytes": 30},
    "errors": [{"file": "b.yaml", "message": "no such file"}]})"));
  EXPECT_EQ(json::parse(Print({}, ScanOutput::kJson))["findings"], json::array());
}

TEST(ScanReport, NamesEachRuleOnceInSarif) {
  ScanReport report = One(Found(Action::kDeny));
  report.findings.push_back(Found(Action::kWarn, "-"));
  report.findings.push_back(Found(Action::kAllow));
  report.findings[2].judgement.finding.position = {0, 0};
  const json run = json::parse(Print(report, ScanOutput::kSarif))["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["rules"].size(), 1u);
  ASSERT_EQ(run["results"].size(), 3u);
  EXPECT_EQ(run["results"][0]["level"], "error");
  EXPECT_EQ(run["results"][1]["level"], "warning");
  EXPECT_EQ(run["results"][2]["level"], "note");
  const auto location = [&](size_t i) { return run["results"][i]["locations"][0]; };
  EXPECT_EQ(location(1)["physicalLocation"]["artifactLocation"]["uri"], "stdin");
  EXPECT_EQ(location(0)["physicalLocation"]["region"]["startLine"], 7);
  EXPECT_EQ(location(2)["physicalLocation"]["region"]["startLine"], 1)
      << "SARIF counts from 1; an unknown place is the first line";
  EXPECT_EQ(run["results"][0]["partialFingerprints"]["keystewardPlace/v1"], "0123456789abcdef");
}

}  // namespace
}  // namespace keysteward::cli
