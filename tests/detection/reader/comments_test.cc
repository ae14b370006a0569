#include "detection/reader/comments.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward::detection {
namespace {

std::string Find(std::string_view yaml) {
  std::string out;
  for (const Comment& comment : FindComments(yaml)) {
    out += std::to_string(comment.position.line) + ":" + std::to_string(comment.position.column) +
           std::string(comment.text) + "|";
  }
  return out;
}

TEST(FindComments, GivesEachWithItsPlace) {
  EXPECT_EQ(Find("# one\na: b  # two\n\n  #three\n"), "1:2 one|2:8 two|4:4three|");
  EXPECT_EQ(Find("a: 'x # y' # z"), "1:13 z|");
  EXPECT_EQ(Find("a: [\"x # y\", 'z'] # w\r\nb: c"), "1:20 w\r|");
  EXPECT_EQ(Find("a: \"x \\\" # y\" # z"), "1:16 z|");
  EXPECT_EQ(Find("a: it's # so\n"), "1:10 so|");
  EXPECT_EQ(Find("#"), "1:2|");
}

TEST(FindComments, KnowsWhatIsNone) {
  for (const char* text : {"", "a: b", "a: b#c", "a: 'x # y'", "a: \"x # y\"", "{\"a\": \"x # y\"}",
                           "{\"a\":\"x # y\"}", "url: http://h/#part\n"}) {
    EXPECT_EQ(Find(text), "") << text;
  }
}

TEST(FindComments, IsLinear) {
  for (const std::string_view piece : {"#\n", "a#b#c", "'# ", "\n", "# #"}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    Find(text);
  }
}

}  // namespace
}  // namespace keysteward::detection
