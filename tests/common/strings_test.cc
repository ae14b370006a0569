#include "common/strings.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace keysteward {
namespace {

using Pieces = std::vector<std::string_view>;

TEST(Strings, SplitKeepsEmptyPieces) {
  EXPECT_EQ(Split("a,b,,c", ','), (Pieces{"a", "b", "", "c"}));
  EXPECT_EQ(Split("", ','), (Pieces{""}));
  EXPECT_EQ(Split(",", ','), (Pieces{"", ""}));
  EXPECT_EQ(Split("abc", ','), (Pieces{"abc"}));
}

TEST(Strings, JoinIsTheInverseOfSplit) {
  EXPECT_EQ(Join({"a", "", "c"}, ", "), "a, , c");
  EXPECT_EQ(Join({}, ","), "");
  EXPECT_EQ(Join({"only"}, ","), "only");
}

TEST(Strings, TrimTakesBlanksAtBothEndsOnly) {
  EXPECT_EQ(Trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(Trim(" \t\r\n"), "");
  EXPECT_EQ(Trim(""), "");
  EXPECT_EQ(Trim("x"), "x");
}

TEST(Strings, CaseIsFoldedForAsciiAlone) {
  EXPECT_EQ(ToLower("Content-TYPE É"), "content-type É");
  EXPECT_TRUE(EqualsIgnoreCase("Retry-After", "retry-after"));
  EXPECT_FALSE(EqualsIgnoreCase("Retry-After", "retry-afte"));
  EXPECT_FALSE(EqualsIgnoreCase("@", "`"));  // 0x40 and 0x60 differ by the case bit only
  EXPECT_TRUE(EqualsIgnoreCase("", ""));
}

TEST(Strings, EndsWithIgnoreCase) {
  EXPECT_TRUE(EndsWithIgnoreCase("DB_PASSWORD", "password"));
  EXPECT_TRUE(EndsWithIgnoreCase("password", "PassWord"));
  EXPECT_TRUE(EndsWithIgnoreCase("x", ""));
  EXPECT_FALSE(EndsWithIgnoreCase("word", "password"));
  EXPECT_FALSE(EndsWithIgnoreCase("passwords", "password"));
}

TEST(Strings, PercentEncodeLeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode("a/b?c#d%e f&g=h+i;@:"), "a%2Fb%3Fc%23d%25e%20f%26g%3Dh%2Bi%3B%40%3A");
  EXPECT_EQ(PercentEncode("../\r\n"), "..%2F%0D%0A");
  EXPECT_EQ(PercentEncode(std::string("\0\xff", 2)), "%00%FF");
  EXPECT_EQ(PercentEncode("é"), "%C3%A9");
}

TEST(Strings, PrintableEscapesWhatCouldForgeALine) {
  EXPECT_EQ(Printable("plain text"), "plain text");
  EXPECT_EQ(Printable("a\r\nb\x1b[0m\x7f"), "a\\x0D\\x0Ab\\x1B[0m\\x7F");
  EXPECT_EQ(Printable(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(Printable("a\xc2\x9b"
                      "31m"),
            "a\\u009B31m");
  EXPECT_EQ(Printable("a\xe2\x80\xae"
                      "b"),
            "a\\u202Eb");
  EXPECT_EQ(Printable("bad\xff utf8"), "bad\xef\xbf\xbd utf8");
  EXPECT_EQ(Printable("é€"), "é€");
}

TEST(Strings, PrintableCutsBetweenCharactersAndSaysSo) {
  EXPECT_EQ(Printable("abcdef", 3), "abc…");
  EXPECT_EQ(Printable("abc", 3), "abc");
  EXPECT_EQ(Printable("ab€", 3), "ab…");
  EXPECT_EQ(Printable("ab\n", 3), "ab…");
  EXPECT_EQ(Printable("", 3), "");
  EXPECT_EQ(Printable("a", 0), "…");
  EXPECT_EQ(Printable(std::string(1 << 20, 'x')), std::string(256, 'x') + "…");
}

}  // namespace
}  // namespace keysteward
