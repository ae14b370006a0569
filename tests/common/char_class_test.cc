#include "common/char_class.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward {
namespace {

constexpr CharClass kBlank(" \t");

TEST(CharClass, HoldsItsMembersAndNothingElse) {
  EXPECT_TRUE(kBlank.Has(' '));
  EXPECT_TRUE(kBlank.Has('\t'));
  EXPECT_FALSE(kBlank.Has('a'));
  EXPECT_FALSE(kBlank.Has('\0'));
}

TEST(CharClass, TakesBytesAboveAsciiForBytes) {
  const CharClass high("\xC3\xFF");
  EXPECT_TRUE(high.Has('\xFF'));
  EXPECT_TRUE(high.Has('\xC3'));
  EXPECT_FALSE(high.Has('\x7F'));
}

TEST(CharClass, FindsTheFirstMemberFromAnOffset) {
  EXPECT_EQ(kBlank.Find("ab cd\t"), 2u);
  EXPECT_EQ(kBlank.Find("ab cd\t", 3), 5u);
  EXPECT_EQ(kBlank.Find("abcd"), 4u);
  EXPECT_EQ(kBlank.Find(""), 0u);
}

TEST(CharClass, FindsTheFirstOtherFromAnOffset) {
  EXPECT_EQ(kBlank.FindOther("  ab"), 2u);
  EXPECT_EQ(kBlank.FindOther("a \tb", 1), 3u);
  EXPECT_EQ(kBlank.FindOther(" \t"), 2u);
}

TEST(CharClass, AnOffsetBehindTheEndIsTheAnswer) {
  EXPECT_EQ(kBlank.Find("ab", 7), 7u);
  EXPECT_EQ(kBlank.FindOther("ab", 7), 7u);
}

TEST(CharClass, TellsWhetherAllOrNoneAreMembers) {
  EXPECT_TRUE(kBlank.HasAll(" \t "));
  EXPECT_FALSE(kBlank.HasAll(" x"));
  EXPECT_TRUE(kBlank.HasAll(""));
  EXPECT_TRUE(kBlank.HasNone("abc"));
  EXPECT_FALSE(kBlank.HasNone("a c"));
}

TEST(CharClass, AlnumIsAsciiLettersAndDigits) {
  size_t members = 0;
  for (int byte = 0; byte < 256; ++byte) members += kAlnum.Has(static_cast<char>(byte));
  EXPECT_EQ(members, 62u);
  EXPECT_TRUE(kAlnum.Has('Z'));
  EXPECT_FALSE(kAlnum.Has('\xE4'));
}

TEST(AsciiLower, ChangesAsciiCapitalsAlone) {
  EXPECT_EQ(AsciiLower('A'), 'a');
  EXPECT_EQ(AsciiLower('Z'), 'z');
  EXPECT_EQ(AsciiLower('['), '[');
  EXPECT_EQ(AsciiLower('\xC4'), '\xC4');
}

TEST(CharClass, IsUsableInConstantExpressions) {
  static_assert(kBlank.Has(' ') && !kBlank.Has('x'));
  static_assert(kBlank.Find("a b") == 1 && kBlank.FindOther(" a") == 1);
  static_assert(kBlank.HasAll("\t ") && kBlank.HasNone("ab"));
  static_assert(AsciiLower('Q') == 'q');
}

}  // namespace
}  // namespace keysteward
