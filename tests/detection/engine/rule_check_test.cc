#include "detection/engine/rule_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Rule Acme() {
  Rule rule;
  rule.id = "acme";
  rule.pattern = "acme_[a-z]{20}";
  rule.keywords = {"acme_"};
  rule.examples = {"acme_{lower:20}"};
  rule.counterexamples = {"acme_{lower:19}"};
  rule.line = 7;
  return rule;
}

// "line rule: what"
std::vector<std::string> Complaints(const std::vector<Rule>& rules) {
  std::vector<std::string> lines;
  for (const RuleComplaint& c : CheckRules({rules})) {
    lines.push_back(std::to_string(c.line) + " " + c.rule + ": " + c.what);
  }
  return lines;
}

TEST(CheckRules, HasNothingToSayOfGoodRules) {
  Rule named = Acme();
  named.id = "named";
  named.keywords.clear();
  named.names = {"acmekey"};
  named.pattern = "[a-z0-9]{40}";
  named.examples = {"{lowalnum:40}"};
  named.counterexamples = {"{lowalnum:39}"};
  EXPECT_THAT(Complaints({Acme(), named}), IsEmpty());
}

TEST(CheckRules, NamesEachPatternThatDoesNotCompile) {
  Rule broken = Acme();
  broken.pattern = "[a";
  Rule excludes = Acme();
  excludes.exclude = "(";
  EXPECT_THAT(Complaints({broken, Acme(), excludes}),
              ElementsAre("7 acme: rule acme: missing ]: [a", "7 acme: rule acme: missing ): ("));
}

TEST(CheckRules, TriesExamplesOnBothEngines) {
  Rule rule = Acme();
  rule.examples = {"acme_{lower:20}", "acme_{lower:19}"};
  rule.counterexamples = {"acme_{lower:20}"};
  EXPECT_THAT(Complaints({rule}),
              ElementsAre("7 acme: example 2 is not found by the fast engine",
                          "7 acme: counterexample 1 is found by the fast engine",
                          "7 acme: example 2 is not found by the portable engine",
                          "7 acme: counterexample 1 is found by the portable "
                          "engine"));
}

// Only the portable engine looks for keywords.
TEST(CheckRules, SeesAKeywordThatIsNotInEveryMatch) {
  Rule rule = Acme();
  rule.keywords = {"acme_key"};
  EXPECT_THAT(Complaints({rule}),
              ElementsAre("7 acme: example 1 is not found by the portable engine"));
}

TEST(CheckRules, SaysWhichRuleClaimsAnExample) {
  Rule greedy = Acme();
  greedy.id = "greedy";
  greedy.pattern = "acme_[a-z]{20}[0-9]?";
  greedy.examples = {"acme_{lower:20}{digit:1}"};
  Rule other = Acme();
  other.id = "other";
  other.confidence = Confidence::kMedium;
  EXPECT_THAT(
      Complaints({greedy, other}),
      testing::Contains("7 other: example 1 is not found by the fast engine; greedy claims it"));
}

TEST(CheckRules, NamesTemplatesThatCannotBeMade) {
  Rule rule = Acme();
  rule.examples = {"acme_{klingon:20}"};
  EXPECT_THAT(Complaints({rule}),
              testing::Contains("7 acme: example 1: {klingon:20} names no class of characters"));
}

TEST(CheckRules, TakesImportedExamplesAsTheyStand) {
  Rule rule = Acme();
  rule.literal_examples = true;
  rule.examples = {"key: acme_qwjzvkxbhfpmtrgdlnsc {lower:20}"};
  rule.counterexamples = {"acme_{lower:20}"};
  EXPECT_THAT(Complaints({rule}), IsEmpty());
}

}  // namespace
}  // namespace keysteward::detection
