#include "detection/rules/imported_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

namespace keysteward::detection {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string Pattern(std::string_view text, const GroupChoice& choice = {}) {
  const auto pattern = ToRulePattern(text, choice);
  return pattern ? *pattern : pattern.error().message;
}

TEST(ToRulePattern, KeepsTheChosenGroupAlone) {
  EXPECT_EQ(Pattern("abc"), "abc");
  EXPECT_EQ(Pattern("a(b)c(d)"), "a(b)c(?:d)");
  EXPECT_EQ(Pattern("a(b)c(d)", {.number = 2}), "a(?:b)c(d)");
  EXPECT_EQ(Pattern("(a(b(c)))", {.number = 3}), "(?:a(?:b(c)))");
  EXPECT_EQ(Pattern("a(b)", {.number = 2}), "the pattern has no group 2");
}

TEST(ToRulePattern, KnowsBothSpellingsOfNamedGroups) {
  EXPECT_EQ(Pattern("(a)(?P<TOKEN>b)(?<x>c)", {.named = "TOKEN"}), "(?:a)(b)(?:c)");
  EXPECT_EQ(Pattern("(a)(?<TOKEN>b)", {.named = "TOKEN"}), "(?:a)(b)");
  EXPECT_EQ(Pattern("(?<x>b)", {.named = "TOKEN"}), "(b)");
}

TEST(ToRulePattern, TakesBracketsInClassesAndEscapesAsText) {
  EXPECT_EQ(Pattern(R"([(]a\(b[^)\]]c[]d(]\\(e))"), R"([(]a\(b[^)\]]c[]d(]\\(e))");
  EXPECT_EQ(Pattern("[[:alpha:](]x"), "[[:alpha:](]x");
}

TEST(ToRulePattern, ObeysAndDropsTheExtendedFlag) {
  EXPECT_EQ(Pattern("(?x) a b # a comment (\n [c d] \\ e"), "ab[cd]\\ e");
  EXPECT_EQ(Pattern("(?xi) a b"), "(?i)ab");
  EXPECT_EQ(Pattern("(?i) a b"), "(?i) a b");
  EXPECT_EQ(Pattern("(?x: a b )"), "(?:ab)");
  EXPECT_EQ(Pattern("(?x) a # to the end"), "a");
}

TEST(ToRulePattern, SaysWhatRe2CannotTake) {
  EXPECT_EQ(Pattern("a(?=b)"), "the pattern is not RE2: invalid perl operator: (?=");
  EXPECT_EQ(Pattern("(?<!a)b"), "the pattern is not RE2: invalid perl operator: (?<");
  EXPECT_EQ(Pattern("(a)\\1"), "the pattern is not RE2: invalid escape sequence: \\1");
  EXPECT_EQ(Pattern("a{1,5000}"), "the pattern is not RE2: invalid repetition size: {1,5000}");
  EXPECT_EQ(Pattern(std::string(9000, 'a')), "the pattern is too long");
}

TEST(ToRulePattern, ComesBackFromBrokenText) {
  for (const char* text : {"(", ")", "[", "[^", "[[:", "\\", "(?", "(?P<", "(?P<>a)", "(?<", "(?x",
                           "#", "(?x)#", "(?x)[", "(?-", "(?-)", "(?x-)"}) {
    (void)Pattern(text);  // an error or another pattern, but it comes back
  }
}

TEST(LiteralsOf, AreInEveryMatch) {
  EXPECT_THAT(LiteralsOf("abc_[0-9]{4}"), ElementsAre("abc_"));
  EXPECT_THAT(LiteralsOf("(?:abc|def)_[0-9]{4}"), UnorderedElementsAre("abc_", "def_"));
  EXPECT_THAT(LiteralsOf("(?i)TOKEN=([a-z]+)"), ElementsAre("token="));
  EXPECT_THAT(LiteralsOf("ab[0-9]{4}"), ElementsAre("ab"));
  EXPECT_THAT(LiteralsOf("[0-9a-f]{32}"), IsEmpty());
  EXPECT_THAT(LiteralsOf("(?:abc)?[0-9]"), IsEmpty());
}

TEST(AnyOfTexts, MatchesTextsAsTheyStandInAnyCase) {
  const re2::RE2 any(AnyOfTexts({"a.b", "(test"}));
  ASSERT_TRUE(any.ok());
  EXPECT_TRUE(re2::RE2::PartialMatch("xA.By", any));
  EXPECT_TRUE(re2::RE2::PartialMatch("(TEST", any));
  EXPECT_FALSE(re2::RE2::PartialMatch("aXb", any));
  EXPECT_EQ(AnyOfTexts({}), "");
}

}  // namespace
}  // namespace keysteward::detection
