#include "cli/scan/rendered_inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// Programs of the test's own are all that is in PATH.
class RenderedInputs : public testing::Test {
 protected:
  RenderedInputs() {
    std::string name = fs::temp_directory_path() / "rendered_XXXXXX";
    folder_ = mkdtemp(name.data());
    setenv("PATH", folder_.c_str(), 1);
  }
  ~RenderedInputs() override {
    setenv("PATH", path_.c_str(), 1);
    fs::remove_all(folder_);
  }

  void Install(const std::string& program, const std::string& script) {
    std::ofstream(folder_ / program) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(folder_ / program, fs::perms::owner_all);
  }

  const SystemClock clock_;  // only for the time that a program may take
  const std::string path_ = std::getenv("PATH");
  fs::path folder_;
};

TEST_F(RenderedInputs, HelmGetsWhatItWasAskedFor) {
  Install("helm", "echo \"$@\"");
  const auto text = RenderChart(
      {.folder = "c", .values_files = {"a", "b"}, .set_values = {"x=y"}, .namespace_name = "shop"},
      clock_, {});
  ASSERT_TRUE(text) << text.error().ToString();
  EXPECT_EQ(*text, "template release c --values a --values b --set x=y --namespace shop\n");
}

TEST_F(RenderedInputs, NothingIsReadByAShell) {
  Install("helm", "for word in \"$@\"; do echo \"<$word>\"; done");
  const auto text =
      RenderChart({.folder = "$(touch x); a b", .values_files = {}, .set_values = {}}, clock_, {});
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("<$(touch x); a b>\n"));
}

TEST_F(RenderedInputs, TheLineThatSaysTheErrorIsToldAndNoMore) {
  Install("helm", "echo 'Error: no database' >&2; echo 'Use --debug' >&2; exit 1");
  EXPECT_EQ(RenderChart({.folder = "c"}, clock_, {}).error().message,
            "helm template c failed: Error: no database");
  Install("helm", "echo one >&2; echo two >&2; exit 1");
  EXPECT_EQ(RenderChart({.folder = "c"}, clock_, {}).error().message,
            "helm template c failed: two");
  Install("helm", "exit 3");
  EXPECT_EQ(RenderChart({.folder = "c"}, clock_, {}).error().message, "helm template c failed: ");
}

TEST_F(RenderedInputs, AComplaintCannotDriveTheTerminal) {
  Install("helm", "printf 'Error: \\033[2J%0500d' 7 >&2; exit 1");
  const std::string message = RenderChart({.folder = "c"}, clock_, {}).error().message;
  EXPECT_THAT(message, Not(HasSubstr("\x1b")));
  EXPECT_LT(message.size(), 500u);
}

TEST_F(RenderedInputs, WithoutHelmTheWayOutIsTold) {
  const auto text = RenderChart({.folder = "c"}, clock_, {});
  EXPECT_EQ(text.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(text.error().message, HasSubstr("helm template … | keysteward scan -"));
}

TEST_F(RenderedInputs, KustomizeComesBeforeKubectl) {
  Install("kubectl", "echo kubectl \"$@\"");
  EXPECT_EQ(RenderKustomization("k", clock_, {}).value(), "kubectl kustomize k\n");
  Install("kustomize", "echo kustomize \"$@\"");
  EXPECT_EQ(RenderKustomization("k", clock_, {}).value(), "kustomize build k\n");
}

TEST_F(RenderedInputs, AFailureOfKustomizeIsNotTriedAgainWithKubectl) {
  Install("kustomize", "echo 'Error: bad' >&2; exit 1");
  Install("kubectl", "echo fine");
  EXPECT_EQ(RenderKustomization("k", clock_, {}).error().message,
            "kustomize build k failed: Error: bad");
}

TEST_F(RenderedInputs, WithoutEitherBothAreNamed) {
  EXPECT_THAT(RenderKustomization("k", clock_, {}).error().message,
              HasSubstr("kustomize or kubectl"));
}

}  // namespace
}  // namespace keysteward::cli
