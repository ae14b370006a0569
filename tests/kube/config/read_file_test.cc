#include "kube/config/read_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/kube/config/temp_folder.h"

namespace keysteward::kube {
namespace {

using testing::EndsWith;
using testing::StartsWith;

class ReadFileTest : public testing::Test {
 protected:
  TempFolder folder_;
};

TEST_F(ReadFileTest, GivesEveryByte) {
  const std::string bytes("a\0b\r\n\xff", 6);
  EXPECT_EQ(ReadFile(folder_.Write("f", bytes)).value(), bytes);
  EXPECT_EQ(ReadFile(folder_.Write("empty", "")).value(), "");
}

TEST_F(ReadFileTest, LargerThanOneReadItIsStillWhole) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(ReadFile(folder_.Write("f", text)).value(), text);
}

TEST_F(ReadFileTest, TheLimitIsHeld) {
  EXPECT_TRUE(ReadFile(folder_.Write("f", std::string(kMaxConfigFile, 'x'))));
  const std::string large = folder_.Write("g", std::string(kMaxConfigFile + 1, 'x'));
  EXPECT_EQ(ReadFile(large).error(), Error::TooLarge(large + ": larger than 4194304 bytes"));
}

TEST_F(ReadFileTest, AnEndlessFileEnds) {
  EXPECT_EQ(ReadFile("/dev/zero").error().code, ErrorCode::kTooLarge);
}

TEST_F(ReadFileTest, WhatIsNotThereIsNotFoundAndNamed) {
  const std::string file = folder_.Write("f", "x");
  for (const std::string& path : {folder_.path() + "/none", file + "/below", std::string()}) {
    const Result<std::string> text = ReadFile(path);
    ASSERT_FALSE(text) << path;
    EXPECT_EQ(text.error().code, ErrorCode::kNotFound) << path;
    EXPECT_THAT(text.error().message, StartsWith(path + ": "));
  }
}

TEST_F(ReadFileTest, AFolderIsNoFile) {
  const Result<std::string> text = ReadFile(folder_.path());
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(text.error().message, EndsWith(": Is a directory"));
}

TEST_F(ReadFileTest, LeavesNoDescriptorOpen) {
  const auto lowest_free = [] {
    const int fd = dup(0);
    close(fd);
    return fd;
  };
  const int before = lowest_free();
  (void)ReadFile(folder_.Write("f", "x"));
  (void)ReadFile(folder_.path());
  (void)ReadFile("/dev/zero");
  EXPECT_EQ(lowest_free(), before);
}

}  // namespace
}  // namespace keysteward::kube
