#include "detection/engine/lazy_pattern.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <thread>

namespace keysteward::detection {
namespace {

Rule Plain(std::string id, std::string pattern, std::string exclude = "") {
  Rule rule;
  rule.id = std::move(id);
  rule.pattern = std::move(pattern);
  rule.exclude = std::move(exclude);
  return rule;
}

TEST(CompilePattern, NamesTheRule) {
  const auto pattern = CompilePattern(Plain("odd", "[a"));
  ASSERT_FALSE(pattern);
  EXPECT_EQ(pattern.error().ToString(), "InvalidArgument: rule odd: missing ]: [a");
}

TEST(CompilePattern, RefusesWhatIsNotLinear) {
  for (const char* pattern : {"(a)\\1", "a(?=b)", "(?<!a)b", "a{1,5000}"}) {
    EXPECT_FALSE(CompilePattern(Plain("odd", pattern))) << pattern;
  }
}

TEST(CheckPatterns, LooksAtPatternAndExclude) {
  EXPECT_TRUE(CheckPatterns({{Plain("a", "x"), Plain("b", "y", "z")}}));
  const auto pattern = CheckPatterns({{Plain("a", "x"), Plain("b", "(y")}});
  ASSERT_FALSE(pattern);
  EXPECT_EQ(pattern.error().message, "rule b: missing ): (y");
  const auto exclude = CheckPatterns({{Plain("a", "x"), Plain("b", "y", "[z")}});
  ASSERT_FALSE(exclude);
  EXPECT_EQ(exclude.error().message, "rule b: missing ]: [z");
}

TEST(LazyPatterns, GiveTheSamePatternEveryTime) {
  const RuleSet rules{{Plain("a", "x+"), Plain("b", "y+")}};
  const LazyPatterns patterns(rules);
  const re2::RE2* first = &patterns.At(1);
  EXPECT_EQ(first->pattern(), "y+");
  EXPECT_EQ(patterns.At(0).pattern(), "x+");
  EXPECT_EQ(&patterns.At(1), first);
}

TEST(LazyPatterns, MatchNothingWhenBroken) {
  const RuleSet rules{{Plain("a", "(x", "[")}};
  const LazyPatterns patterns(rules);
  EXPECT_FALSE(re2::RE2::PartialMatch("(x", patterns.At(0)));
  EXPECT_FALSE(patterns.Excluded(0, "["));
}

TEST(LazyPatterns, ReadBytesAsTheyAre) {
  const RuleSet rules{{Plain("a", "^\\xFF.\\xC3$")}};
  const LazyPatterns patterns(rules);
  EXPECT_TRUE(re2::RE2::PartialMatch("\xFFz\xC3", patterns.At(0)));
}

TEST(LazyPatterns, ExcludeOnlyWhereTheRuleSaysSo) {
  const RuleSet rules{{Plain("a", "x"), Plain("b", "x", "^test|dummy")}};
  const LazyPatterns patterns(rules);
  EXPECT_FALSE(patterns.Excluded(0, "dummy"));
  EXPECT_TRUE(patterns.Excluded(1, "a dummy"));
  EXPECT_TRUE(patterns.Excluded(1, "testing"));
  EXPECT_FALSE(patterns.Excluded(1, "a test"));
}

TEST(LazyPatterns, AreOneForAllThreads) {
  RuleSet rules;
  for (int i = 0; i < 50; ++i)
    rules.rules.push_back(Plain("r", "[a-z]{" + std::to_string(i) + "}"));
  const LazyPatterns patterns(rules);
  std::vector<std::vector<const re2::RE2*>> seen(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : seen) {
      threads.emplace_back([&] {
        for (size_t i = 0; i < rules.rules.size(); ++i) mine.push_back(&patterns.At(i));
      });
    }
  }
  for (const auto& other : seen) EXPECT_EQ(other, seen[0]);
}

}  // namespace
}  // namespace keysteward::detection
