#include "cli/scan/scan_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/duration.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using policy::Action;
using testing::HasSubstr;

class ScanSourceTest : public testing::Test {
 protected:
  ScanSourceTest() {
    std::string name = fs::temp_directory_path() / "scan_source_XXXXXX";
    folder_ = mkdtemp(name.data());
    options_.now = ParseTime("2026-11-26T12:00:00Z").value();
  }
  ~ScanSourceTest() override { fs::remove_all(folder_); }

  std::string Write(const std::string& text) {
    std::ofstream(folder_ / "values.yaml") << text;
    return (folder_ / "values.yaml").string();
  }
  static ScanFinding Found(std::optional<SourcePlace> source) {
    ScanFinding found;
    found.source = std::move(source);
    found.judgement.action = Action::kDeny;
    found.judgement.finding.rule = "r";
    return found;
  }
  // The action of a finding whose source is line 1 of a file with this text.
  ScanReport Apply(const std::string& text) {
    ScanReport report;
    report.findings.push_back(Found(SourcePlace{Write(text), {1, 1}, "key"}));
    ApplySourceExceptions(options_, report);
    return report;
  }

  fs::path folder_;
  ScanOptions options_;
};

constexpr const char* kComment = "key: x # keysteward:allow owner=pay reason=old until=";

TEST_F(ScanSourceTest, ACommentBesideTheSourceLetsTheFindingPass) {
  EXPECT_TRUE(Apply(std::string(kComment) + "2027-01-31\n").findings.empty());
  options_.all = true;
  const ScanReport report = Apply(std::string(kComment) + "2027-01-31\n");
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].judgement.exception, "comment of pay");
}

TEST_F(ScanSourceTest, OneThatHasEndedNamesItsOwner) {
  const ScanReport report = Apply(std::string(kComment) + "2026-01-31\n");
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].judgement.action, Action::kDeny);
  EXPECT_THAT(report.findings[0].judgement.message, HasSubstr("owned by pay, ended at"));
}

TEST_F(ScanSourceTest, OneOfAnotherLineOrRuleIsNotMeant) {
  EXPECT_EQ(Apply("key: x\n" + std::string(kComment) + "2027-01-31\n").findings.size(), 1u);
  EXPECT_EQ(Apply("key: x # keysteward:allow rule=other owner=a reason=b until=2027-01-31\n")
                .findings.size(),
            1u);
}

TEST_F(ScanSourceTest, SourcesThatCannotBeReadHaveNoComments) {
  ScanReport report;
  report.findings = {Found(SourcePlace{(folder_ / "gone.yaml").string(), {1, 1}, ""}),
                     Found(std::nullopt)};
  ApplySourceExceptions(options_, report);
  EXPECT_EQ(report.findings.size(), 2u);
}

TEST_F(ScanSourceTest, FilesAreTheSourceWhereNothingElseIsAskedFor) {
  const SystemClock clock;
  std::istringstream in;
  std::ostringstream out;
  options_.paths = {Write("a: b\n")};
  const auto source = OpenScanSource(options_, {.clock = clock, .in = in, .out = out, .err = out});
  ASSERT_TRUE(source);
  EXPECT_EQ(source->inputs.inputs.size(), 1u);
  EXPECT_TRUE(source->inputs.complete);
  EXPECT_EQ(source->mapper, nullptr);
}

TEST_F(ScanSourceTest, AClusterNeedsAConnection) {
  const SystemClock clock;
  std::istringstream in;
  std::ostringstream out;
  options_.cluster = true;
  EXPECT_FALSE(OpenScanSource(options_, {.clock = clock, .in = in, .out = out, .err = out}));
}

}  // namespace
}  // namespace keysteward::cli
