#include "common/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace keysteward {
namespace {

TEST(Utf8, ReadsTheFirstAndLastCharacterOfEveryLength) {
  const std::vector<std::pair<std::string, char32_t>> rows = {
      {std::string(1, '\0'), 0},     {"\x7f", 0x7f},           {"\xc2\x80", 0x80},
      {"\xdf\xbf", 0x7ff},           {"\xe0\xa0\x80", 0x800},  {"\xed\x9f\xbf", 0xd7ff},
      {"\xee\x80\x80", 0xe000},      {"\xef\xbf\xbf", 0xffff}, {"\xf0\x90\x80\x80", 0x10000},
      {"\xf4\x8f\xbf\xbf", 0x10ffff}};
  for (const auto& [text, code] : rows) {
    const Utf8Char c = FirstUtf8Char(text + "tail");
    EXPECT_TRUE(c.valid) << text;
    EXPECT_EQ(c.code, code);
    EXPECT_EQ(c.size, text.size());
  }
}

TEST(Utf8, SkipsOneByteOfWhateverIsMalformed) {
  for (const std::string text :
       {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe",
        "\xff", "\xc2", "\xe2\x82", "\xf0\x9f\x92", "\xc2x", "\xe2\x82x", "\xe2xx"}) {
    const Utf8Char c = FirstUtf8Char(text);
    EXPECT_FALSE(c.valid) << text;
    EXPECT_EQ(c.size, 1U);
    EXPECT_EQ(c.code, char32_t{0xFFFD});
  }
}

TEST(Utf8, HiddenCharactersAreControlsSeparatorsAndDirectionMarks) {
  for (const char32_t hidden :
       {0x00, 0x1f, 0x7f, 0x80, 0x9b, 0x9f, 0xad, 0x61c, 0x200b, 0x200f, 0x2028, 0x202a, 0x202e,
        0x2060, 0x2066, 0x2069, 0xfeff, 0xfffe, 0xffff}) {
    EXPECT_TRUE(IsHidden(hidden)) << static_cast<uint32_t>(hidden);
  }
  for (const char32_t shown :
       {0x20, 0x7e, 0xa0, 0xe9, 0x200a, 0x2010, 0x2027, 0x202f, 0x20ac, 0xfffd, 0x1f511}) {
    EXPECT_FALSE(IsHidden(shown)) << static_cast<uint32_t>(shown);
  }
}

TEST(Utf8, CleanTextIsValidAndCutBetweenCharacters) {
  EXPECT_EQ(CleanUtf8("é€", 100), "é€");
  EXPECT_EQ(CleanUtf8("a\xff"
                      "b",
                      100),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(CleanUtf8("ab€", 4), "ab");
  EXPECT_EQ(CleanUtf8("ab€", 5), "ab€");
  EXPECT_EQ(CleanUtf8("", 5), "");
  EXPECT_EQ(CleanUtf8("abc", 0), "");
}

}  // namespace
}  // namespace keysteward
