#include "detection/engine/literal_start.h"

#include <gtest/gtest.h>

#include "detection/rules/rule_table.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

TEST(LiteralStart, ReadsWhatStandsInFront) {
  const std::pair<const char*, const char*> cases[] = {{"ghp_[A-Za-z0-9]{36}", "ghp_"},
                                                       {"sk-ant-(?:api|sid)", "sk-ant-"},
                                                       {"xox", "xox"},
                                                       {"a\\.b\\-c", "a.b-c"},
                                                       {"AccountKey=([^;]+)", "AccountKey="}};
  for (const auto& [pattern, start] : cases) EXPECT_EQ(LiteralStart(pattern), start) << pattern;
}

TEST(LiteralStart, LeavesOutWhatMayBeMissing) {
  const std::pair<const char*, const char*> cases[] = {
      {"abc?d", "ab"}, {"abc*", "ab"}, {"abc+", "ab"},   {"abc{2}", "ab"},
      {"ab?", ""},     {"a[bc]", ""},  {"ab\\.?c", "ab"}};
  for (const auto& [pattern, start] : cases) EXPECT_EQ(LiteralStart(pattern), start) << pattern;
}

TEST(LiteralStart, KnowsNothingOfSeveralBeginnings) {
  for (const char* pattern : {"ab|cd", "(?i)abc", "(?:ab|cd)ef", "[ab]cd", "\\d+ab", "\\bab", "^ab",
                              ".abc", "", "[|]ab|cd", "[]|]ab|cd", "abc|[|]"}) {
    EXPECT_EQ(LiteralStart(pattern), "") << pattern;
  }
  EXPECT_EQ(LiteralStart("ab[|]"), "ab") << "a member of a class";
  EXPECT_EQ(LiteralStart("ab(c|d)"), "ab") << "inside a group";
  EXPECT_EQ(LiteralStart("ab\\|c"), "ab|c") << "escaped";
}

// Whatever it says of a built-in rule stands at the beginning of the rule's examples, or where the
// match in them begins.
TEST(LiteralStart, IsInEveryExample) {
  const RuleSet rules = BuiltInRules().value();
  size_t known = 0;
  for (const Rule& rule : rules.rules) {
    const std::string start = LiteralStart(rule.pattern);
    if (start.empty() || rule.by_name()) continue;
    ++known;
    for (const std::string& example : rule.examples) {
      EXPECT_NE(MakeSample(example, 3).find(start), std::string::npos) << rule.id;
    }
  }
  EXPECT_GT(known, 300u) << "most formats have a prefix";
}

}  // namespace
}  // namespace keysteward::detection
