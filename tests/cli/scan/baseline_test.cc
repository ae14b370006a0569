#include "cli/scan/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using policy::Action;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ScanFinding Found(const std::string& fingerprint, const std::string& file,
                  const std::string& object = "api", Action action = Action::kDeny) {
  ScanFinding found;
  found.file = file;
  found.object.name = object;
  found.judgement.finding.fingerprint = fingerprint;
  found.judgement.finding.rule = "r";
  found.judgement.action = action;
  return found;
}

ScanReport Report(std::vector<ScanFinding> findings) {
  ScanReport report;
  report.findings = std::move(findings);
  return report;
}

std::vector<bool> InBaseline(const ScanReport& report) {
  std::vector<bool> out;
  for (const ScanFinding& finding : report.findings) out.push_back(finding.in_baseline);
  return out;
}

Result<Baseline> Read(const std::string& text) {
  const fs::path path =
      fs::temp_directory_path() / ("baseline-" + std::to_string(::getpid()) + ".json");
  std::ofstream(path) << text;
  Result<Baseline> baseline = ReadBaseline(path.string());
  fs::remove(path);
  return baseline;
}

TEST(Baseline, WhatIsWrittenIsReadBack) {
  ScanReport report = Report({Found("aa", "x.yaml"), Found("bb", "y.yaml", "api", Action::kWarn)});
  const Result<Baseline> baseline = Read(WriteBaseline(report));
  ASSERT_TRUE(baseline) << baseline.error().ToString();
  baseline->Apply(report, true);
  EXPECT_THAT(InBaseline(report), ElementsAre(true, true));
  EXPECT_EQ(report.findings[0].judgement.action, Action::kAudit);
  EXPECT_THAT(report.stale_baseline, IsEmpty());
}

TEST(Baseline, HoldsPlacesOfFindingsThatCountAndNothingElse) {
  const auto json = nlohmann::json::parse(
      WriteBaseline(Report({Found("aa", "x.yaml"), Found("bb", "x.yaml", "api", Action::kAllow)})));
  EXPECT_EQ(json, nlohmann::json::parse(
                      R"({"version": 1, "findings": [{"fingerprint": "aa", "file": "x.yaml",
                          "rule": "r", "path": ""}]})"));
}

TEST(Baseline, EachEntryCoversOneFinding) {
  ScanReport report = Report({Found("aa", "x.yaml"), Found("aa", "y.yaml")});
  Baseline(Baseline::Files{{"aa", "x.yaml"}}).Apply(report, true);
  EXPECT_THAT(InBaseline(report), ElementsAre(true, false));
}

TEST(Baseline, AnObjectMayMoveToAnotherFile) {
  ScanReport report = Report({Found("aa", "moved.yaml")});
  Baseline(Baseline::Files{{"aa", "x.yaml"}}).Apply(report, true);
  EXPECT_THAT(InBaseline(report), ElementsAre(true));
}

// Two values files have one path, so one fingerprint: only the file tells them apart.
TEST(Baseline, WhatHasNoNameIsKnownByItsFile) {
  ScanReport report = Report({Found("aa", "b/values.yaml", "")});
  Baseline(Baseline::Files{{"aa", "a/values.yaml"}}).Apply(report, true);
  EXPECT_THAT(InBaseline(report), ElementsAre(false));
  EXPECT_THAT(report.stale_baseline, ElementsAre("aa"));
}

TEST(Baseline, NothingIsStaleWhenOnlyAPartWasSeen) {
  ScanReport report;
  Baseline(Baseline::Files{{"aa", "x.yaml"}}).Apply(report, false);
  EXPECT_THAT(report.stale_baseline, IsEmpty());
}

TEST(Baseline, OtherFilesAreRefused) {
  for (const char* text :
       {"", "[]", "{}", R"({"version": 2, "findings": []})", R"({"version": 1})",
        R"({"version": 1, "findings": [{}]})", R"({"version": 1, "findings": [7]})",
        R"({"version": 1, "findings": [{"fingerprint": 7}]})",
        R"({"version": "1", "findings": []})", R"({"version": 1, "findings": {}})"}) {
    EXPECT_FALSE(Read(text)) << text;
  }
  EXPECT_THAT(ReadBaseline("/nonexistent/b.json").error().message,
              HasSubstr("b.json: no such file"));
}

}  // namespace
}  // namespace keysteward::cli
