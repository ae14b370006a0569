#include "http/line_splitter.h"

#include <gmock/gmock.h>

#include <vector>

namespace keysteward::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LineSplitterTest : public ::testing::Test {
 protected:
  std::vector<std::string> lines_;
  LineSink sink_ = [this](std::string_view line) -> Result<void> {
    lines_.emplace_back(line);
    return {};
  };
};

TEST_F(LineSplitterTest, EveryCutOfTheBytesGivesTheSameLines) {
  const std::string bytes = "one\ntwo\r\n\n\r\nthree\rx\nlast";
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    lines_.clear();
    LineSplitter splitter(sink_, 100);
    ASSERT_TRUE(splitter.Feed(bytes.substr(0, cut)));
    ASSERT_TRUE(splitter.Feed(bytes.substr(cut)));
    ASSERT_TRUE(splitter.Finish());
    EXPECT_THAT(lines_, ElementsAre("one", "two", "", "", "three\rx", "last")) << cut;
  }
}

TEST_F(LineSplitterTest, BytesOneByOneGiveTheSameLines) {
  LineSplitter splitter(sink_, 5);
  for (const char c : std::string("12345\nab\n")) ASSERT_TRUE(splitter.Feed({&c, 1}));
  ASSERT_TRUE(splitter.Finish());
  EXPECT_THAT(lines_, ElementsAre("12345", "ab"));
}

TEST_F(LineSplitterTest, ALineAboveTheCapIsRefusedBeforeItsEnd) {
  for (const std::string bytes : {"123456", "123456\n", "ok\n123456"}) {
    LineSplitter splitter(sink_, 5);
    const Result<void> fed = splitter.Feed(bytes);
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().code, ErrorCode::kTooLarge);
    EXPECT_THAT(fed.error().message, HasSubstr("longer than 5 bytes"));
  }
  LineSplitter splitter(sink_, 5);
  ASSERT_TRUE(splitter.Feed("123"));
  EXPECT_EQ(splitter.Feed("456").error().code, ErrorCode::kTooLarge);
}

TEST_F(LineSplitterTest, TheErrorOfTheSinkStopsTheRest) {
  int calls = 0;
  const LineSink failing = [&](std::string_view) -> Result<void> {
    ++calls;
    return Error::Internal("no more");
  };
  LineSplitter splitter(failing, 100);
  EXPECT_EQ(splitter.Feed("a\nb\nc\n").error().message, "no more");
  EXPECT_EQ(calls, 1);
}

TEST_F(LineSplitterTest, NothingIsNoLine) {
  LineSplitter splitter(sink_, 5);
  EXPECT_TRUE(splitter.Feed(""));
  EXPECT_TRUE(splitter.Finish());
  EXPECT_THAT(lines_, IsEmpty());
}

}  // namespace
}  // namespace keysteward::http
