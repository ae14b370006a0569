#include "kube/config/token_sources.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"
#include "tests/kube/config/temp_folder.h"

namespace keysteward::kube {
namespace {

using std::chrono::minutes;

std::string Text(const Result<SecretBytes>& token) {
  return token ? std::string(token->view()) : token.error().ToString();
}

TEST(FixedTokenTest, IsAlwaysTheSameAndHasNoNewer) {
  FixedToken tokens(SecretBytes::CopyOf("t"));
  EXPECT_EQ(Text(tokens.Token({})), "t");
  EXPECT_FALSE(tokens.Reject());
}

class FileTokenTest : public testing::Test {
 protected:
  TempFolder folder_;
  FakeClock clock_;
  const std::string file_ = folder_.Write("token", "one\n");
  FileToken tokens_{file_, clock_};
};

TEST_F(FileTokenTest, TheFileIsReadAgainAfterAMinute) {
  EXPECT_EQ(Text(tokens_.Token({})), "one");
  folder_.Write("token", "two");
  EXPECT_EQ(Text(tokens_.Token({})), "one");
  clock_.Advance(minutes(1));
  EXPECT_EQ(Text(tokens_.Token({})), "two");
}

TEST_F(FileTokenTest, ARejectedTokenIsReadAgainAtOnce) {
  EXPECT_EQ(Text(tokens_.Token({})), "one");
  EXPECT_FALSE(tokens_.Reject());
  folder_.Write("token", "two");
  EXPECT_TRUE(tokens_.Reject());
  EXPECT_EQ(Text(tokens_.Token({})), "two");
}

TEST_F(FileTokenTest, AnEarlierReadingOutlivesTheFile) {
  EXPECT_EQ(Text(tokens_.Token({})), "one");
  std::filesystem::remove(file_);
  clock_.Advance(minutes(2));
  EXPECT_EQ(Text(tokens_.Token({})), "one");
  EXPECT_FALSE(tokens_.Reject());
}

TEST_F(FileTokenTest, WithoutAReadingTheErrorNamesTheFile) {
  FileToken none(folder_.path() + "/none", clock_);
  EXPECT_EQ(Text(none.Token({})),
            "NotFound: token: " + folder_.path() + "/none: No such file or directory");
}

TEST_F(FileTokenTest, AnEmptyFileIsNoToken) {
  folder_.Write("token", " \n");
  EXPECT_EQ(Text(tokens_.Token({})), "FailedPrecondition: token: " + file_ + ": the file is empty");
  folder_.Write("token", "one");
  EXPECT_EQ(Text(tokens_.Token({})), "one") << "the next call looks again";
}

}  // namespace
}  // namespace keysteward::kube
