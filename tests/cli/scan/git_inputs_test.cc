#include "cli/scan/git_inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "kube/config/run_command.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A repository of its own; the working directory is there for the time of the test.
class GitInputsTest : public testing::Test {
 protected:
  GitInputsTest() : home_(fs::current_path()) {
    std::string name = fs::temp_directory_path() / "git_inputs_XXXXXX";
    folder_ = mkdtemp(name.data());
    fs::current_path(folder_);
    Git({"init", "--quiet", "--initial-branch=main"});
  }
  ~GitInputsTest() override {
    fs::current_path(home_);
    fs::remove_all(folder_);
  }

  void Git(std::vector<std::string> args) {
    args.insert(args.begin(), {"-c", "user.name=t", "-c", "user.email=t@example.com", "-c",
                               "commit.gpgsign=false"});
    const auto run = kube::RunCommand({"git", args, {}}, {}, clock_, {});
    ASSERT_TRUE(run) << run.error().ToString();
    ASSERT_EQ(run->exit_code, 0) << run->err;
  }
  void Write(const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  void Commit(const std::string& name, const std::string& text) {
    Write(name, text);
    Git({"add", "-A"});
    Git({"commit", "--quiet", "-m", "x"});
  }
  std::vector<std::string> Paths(const ScanOptions& options) {
    Result<ScanInputs> inputs = GitInputs(options, clock_, {});
    EXPECT_TRUE(inputs) << inputs.error().ToString();
    std::vector<std::string> paths;
    if (!inputs) return paths;
    last_ = *std::move(inputs);
    for (const ScanInput& input : last_.inputs) paths.push_back(input.path);
    return paths;
  }
  static ScanOptions Staged() {
    ScanOptions options;
    options.staged = true;
    return options;
  }
  static ScanOptions Since(const std::string& revision) {
    ScanOptions options;
    options.since = revision;
    return options;
  }

  const SystemClock clock_;  // only for the time that git may take
  const fs::path home_;
  fs::path folder_;
  ScanInputs last_;
};

TEST_F(GitInputsTest, TakesTheStagedVersionNotTheOneInTheFolder) {
  Commit("a.yaml", "a: 1\n");
  Write("a.yaml", "a: 2\n");
  Git({"add", "a.yaml"});
  Write("a.yaml", "a: 3\n");
  Write("untracked.yaml", "a: 1\n");
  EXPECT_THAT(Paths(Staged()), ElementsAre("a.yaml"));
  EXPECT_EQ(last_.inputs[0].text, "a: 2\n");
  EXPECT_EQ(last_.inputs[0].before, "a: 1\n");
  EXPECT_FALSE(last_.complete) << "Secrets may be in files that are not staged";
}

TEST_F(GitInputsTest, WorksBeforeTheFirstCommit) {
  Write("a.yaml", "a: 1\n");
  Git({"add", "-A"});
  EXPECT_THAT(Paths(Staged()), ElementsAre("a.yaml"));
  EXPECT_EQ(last_.inputs[0].before, "");
}

TEST_F(GitInputsTest, TakesTemplatesAndSettings) {
  for (const char* name : {"c/_helpers.tpl", "c/NOTES.txt", ".env", "k/prod.env", "a.properties"}) {
    Write(name, "A=b\n");
  }
  Write(".env.example", "A=b\n");
  Git({"add", "-A"});
  EXPECT_THAT(Paths(Staged()),
              ElementsAre(".env", "a.properties", "c/NOTES.txt", "c/_helpers.tpl", "k/prod.env"));
  EXPECT_TRUE(last_.inputs[0].is_entry);
  EXPECT_FALSE(last_.inputs[2].is_entry);
}

TEST_F(GitInputsTest, LeavesOutOtherFilesDeletionsAndLinks) {
  Commit("gone.yaml", "a: 1\n");
  fs::remove("gone.yaml");
  Write("README.md", "text\n");
  Write("vendor/v.yaml", "a: 1\n");
  Write("sub/b.json", "{}\n");
  fs::create_symlink("sub/b.json", "link.yaml");
  Git({"add", "-A"});
  EXPECT_THAT(Paths(Staged()), ElementsAre("sub/b.json"));
}

TEST_F(GitInputsTest, PathsAndExclusionsNarrow) {
  for (const char* name : {"a/x.yaml", "b/y.yaml", "b/z.yaml"}) Write(name, "a: 1\n");
  Git({"add", "-A"});
  ScanOptions options = Staged();
  options.paths = {"b"};
  EXPECT_THAT(Paths(options), ElementsAre("b/y.yaml", "b/z.yaml"));
  options.exclude = {"z.*"};
  EXPECT_THAT(Paths(options), ElementsAre("b/y.yaml"));
}

TEST_F(GitInputsTest, KnowsAMovedFileByItsOldContent) {
  const std::string text = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n";
  Commit("old.yaml", text);
  Git({"mv", "old.yaml", "new.yaml"});
  Write("new.yaml", text + "f: 6\n");
  Git({"add", "-A"});
  EXPECT_THAT(Paths(Staged()), ElementsAre("new.yaml"));
  EXPECT_EQ(last_.inputs[0].before, text);
}

TEST_F(GitInputsTest, SinceTheBranchLeftCountsNotWhatHappenedThereLater) {
  Commit("a.yaml", "a: 1\n");
  Git({"checkout", "--quiet", "-b", "topic"});
  Commit("b.yaml", "b: 1\n");
  Git({"checkout", "--quiet", "main"});
  Commit("c.yaml", "c: 1\n");
  Git({"checkout", "--quiet", "topic"});
  Write("a.yaml", "a: 2\n");
  EXPECT_THAT(Paths(Since("main")), ElementsAre("a.yaml", "b.yaml"));
}

TEST_F(GitInputsTest, TheUsersConfigurationChangesNothing) {
  for (const char* setting :
       {"diff.noprefix=true", "diff.mnemonicPrefix=true", "color.ui=always", "diff.external=false",
        "diff.suppressBlankEmpty=true", "diff.relative=true", "diff.context=1"}) {
    const std::string text(setting);
    const size_t equals = text.find('=');
    Git({"config", text.substr(0, equals), text.substr(equals + 1)});
  }
  Commit("sub/a.yaml", "a: 1\n\nb: 2\n\n\n\n\nc: 3\n");
  Write("sub/a.yaml", "a: 1\n\nb: 2\n\n\n\n\nc: 4\n");
  Write(".gitattributes", "*.yaml -diff\n");
  Git({"add", "-A"});
  EXPECT_THAT(Paths(Staged()), ElementsAre("sub/a.yaml"));
  EXPECT_EQ(last_.inputs[0].text, "a: 1\n\nb: 2\n\n\n\n\nc: 4\n");
}

TEST_F(GitInputsTest, NamesOfAnyKindAreFound) {
  for (const char* name : {"with space.yaml", "t\tab.yaml", "quo\"te.yaml", "\xC3\xA4.yaml"}) {
    Write(name, "a: 1\n");
  }
  Git({"add", "-A"});
  EXPECT_THAT(Paths(Staged()),
              ElementsAre("quo\"te.yaml", "t\tab.yaml", "with space.yaml", "\xC3\xA4.yaml"));
}

TEST_F(GitInputsTest, SaysWhatGitSays) {
  EXPECT_THAT(GitInputs(Since("nowhere"), clock_, {}).error().message, HasSubstr("git: "));
  EXPECT_THAT(GitInputs(Since("--output=x"), clock_, {}).error().message,
              HasSubstr("not a revision"));
  EXPECT_FALSE(fs::exists("x"));
  fs::remove_all(".git");
  EXPECT_THAT(GitInputs(Staged(), clock_, {}).error().message, HasSubstr("git: "));
}

TEST_F(GitInputsTest, NothingStagedIsNothingToScan) {
  Commit("a.yaml", "a: 1\n");
  EXPECT_THAT(Paths(Staged()), IsEmpty());
}

}  // namespace
}  // namespace keysteward::cli
