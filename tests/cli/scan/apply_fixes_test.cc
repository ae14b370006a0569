#include "cli/scan/apply_fixes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/cli/scan/scan_text.h"
#include "tests/detection/samples.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class ApplyFixesTest : public testing::Test {
 protected:
  ApplyFixesTest() {
    std::string name = fs::temp_directory_path() / "apply_fixes_XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = (folder_ / "a.yaml").string();
    Write(DeploymentWith("        - name: API_KEY\n          value: " + key_ + "\n"));
  }
  ~ApplyFixesTest() override { fs::remove_all(folder_); }

  void Write(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }
  std::string Read() const { return ReadFile(path_, kLargestFile).value(); }
  ScanReport Scan() {
    ScanReport report = ScanText(Read());
    for (ScanFinding& finding : report.findings) finding.file = path_;
    return report;
  }
  FixSummary Apply(const ScanReport& report, FixMode mode = FixMode::kWrite) {
    std::ostringstream out;
    const FixSummary summary = ApplyFixes(report, mode, out);
    out_ = out.str();
    EXPECT_THAT(out_, Not(HasSubstr(key_)));
    return summary;
  }
  size_t Files() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
  std::string path_;
  std::string out_;
  const std::string key_ = detection::MakeSample("sk_live_{alnum:24}");
};

TEST_F(ApplyFixesTest, PrintingChangesNothing) {
  const std::string before = Read();
  const FixSummary summary = Apply(Scan(), FixMode::kPrint);
  EXPECT_EQ(summary.replaced, 1u);
  EXPECT_EQ(summary.written.size(), 0u);
  EXPECT_EQ(Read(), before);
  EXPECT_THAT(out_, HasSubstr(path_ + ":11: valueFrom: {secretKeyRef:"));
  EXPECT_THAT(out_, HasSubstr("kind: ManagedCredential"));
}

TEST_F(ApplyFixesTest, WritingReplacesTheFileAndLeavesNothingBeside) {
  ASSERT_EQ(chmod(path_.c_str(), 0640), 0);
  const FixSummary summary = Apply(Scan());
  EXPECT_EQ(summary.written.size(), 1u);
  EXPECT_THAT(Read(), Not(HasSubstr(key_)));
  EXPECT_TRUE(ScanText(Read()).findings.empty());
  EXPECT_EQ(Files(), 1u);
  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(ApplyFixesTest, AFileThatChangedSinceTheScanIsLeft) {
  const ScanReport report = Scan();
  const std::string changed = Read() + "# somebody's work\n";
  Write(changed);
  const FixSummary summary = Apply(report);
  EXPECT_EQ(summary.written.size(), 0u);
  EXPECT_EQ(summary.left, 1u);
  EXPECT_EQ(Read(), changed);
  EXPECT_THAT(out_, HasSubstr("left as it is: changed while it was scanned"));
}

TEST_F(ApplyFixesTest, AFileThatIsGoneIsNamed) {
  const ScanReport report = Scan();
  fs::remove(path_);
  EXPECT_EQ(Apply(report).left, 1u);
  EXPECT_THAT(out_, HasSubstr("a.yaml: left as it is: cannot be read"));
  EXPECT_EQ(Files(), 0u);
}

TEST_F(ApplyFixesTest, WhatIsInTheBaselineIsNoReason) {
  ScanReport report = Scan();
  report.findings[0].judgement.action = policy::Action::kAudit;
  EXPECT_EQ(Apply(report).replaced, 0u);
  EXPECT_THAT(Read(), HasSubstr(key_));
}

TEST_F(ApplyFixesTest, ReplacingKeepsWhatWasWrittenMeanwhile) {
  Write("new");
  const Result<void> replaced = ReplaceFile(path_, "old", "ours");
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().code, ErrorCode::kConflict);
  EXPECT_EQ(Read(), "new");
  EXPECT_EQ(Files(), 1u) << "no new file is left behind";
}

TEST_F(ApplyFixesTest, ReplacingFollowsALink) {
  const fs::path link = folder_ / "link.yaml";
  fs::create_symlink(path_, link);
  Write("old");
  ASSERT_TRUE(ReplaceFile(link.string(), "old", "ours"));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(Read(), "ours");
}

TEST_F(ApplyFixesTest, OneCredentialServesAllFilesWithThatValue) {
  const ScanReport first = Scan();
  ScanReport report = first;
  const std::string other = (folder_ / "b.yaml").string();
  fs::copy(path_, other);
  report.findings.push_back(first.findings[0]);
  report.findings[1].file = other;
  EXPECT_EQ(Apply(report, FixMode::kPrint).replaced, 2u);
  const size_t kind = out_.find("kind: ManagedCredential");
  ASSERT_NE(kind, std::string::npos);
  EXPECT_EQ(out_.find("kind: ManagedCredential", kind + 1), std::string::npos);
}

TEST_F(ApplyFixesTest, WhatIsTakenBackIsAsItWas) {
  const std::string before = Read();
  const FixSummary summary = Apply(Scan());
  ASSERT_EQ(summary.written.size(), 1u);
  std::ostringstream out;
  TakeBack(summary.written, out);
  EXPECT_EQ(Read(), before);
  EXPECT_EQ(out.str(), path_ + ": as it was before\n");
}

TEST_F(ApplyFixesTest, WhatSomebodyWroteSinceIsNotTakenBack) {
  const FixSummary summary = Apply(Scan());
  Write("another text\n");
  std::ostringstream out;
  TakeBack(summary.written, out);
  EXPECT_EQ(Read(), "another text\n");
  EXPECT_EQ(out.str(), path_ + ": stays mended: it has changed meanwhile\n");
}

TEST(WrongReference, NamesTheVariableThatReadsNoSecret) {
  const std::string entry = "        - name: API_KEY\n          ";
  const auto check = [&](const std::string& rest) {
    return WrongReference(DeploymentWith(entry + rest + "\n"),
                          {{{"apps/v1", "Deployment", "shop", "api"},
                            "spec.template.spec.containers[0].env[0].value",
                            "api-key",
                            "API_KEY"}});
  };
  const std::string reference = "valueFrom: {secretKeyRef: {name: api-key, key: API_KEY}}";
  const std::string wrong =
      "Deployment api, spec.template.spec.containers[0].env[0].value: does not read Secret api-key "
      "now";
  EXPECT_EQ(check(reference), "");
  EXPECT_EQ(check("value: old"), wrong);
  EXPECT_EQ(check("value: old\n          " + reference), wrong) << "the API server refuses both";
  EXPECT_EQ(check("valueFrom: {secretKeyRef: {name: other, key: API_KEY}}"), wrong);
  EXPECT_EQ(check("valueFrom: {secretKeyRef: {name: api-key, key: OTHER}}"), wrong);
  EXPECT_THAT(check("\tvalue: ["), HasSubstr("what it renders to cannot be read: "));
}

}  // namespace
}  // namespace keysteward::cli
