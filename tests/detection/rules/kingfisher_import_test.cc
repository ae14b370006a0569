#include "detection/rules/kingfisher_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kRule =
    "rules:\n- name: Acme Key\n  id: kingfisher.acme.1\n  pattern: 'acme_[a-z]{8}'\n";

RuleFileContent Read(const std::string& text) {
  const auto content = ReadKingfisherRules("my.yml", text);
  EXPECT_TRUE(content) << content.error().ToString();
  return content ? *content : RuleFileContent();
}

std::string ErrorOf(const std::string& text) {
  const auto content = ReadKingfisherRules("my.yml", text);
  return content ? "no error" : content.error().ToString();
}

TEST(KingfisherRules, BecomeRulesOfOurs) {
  const RuleFileContent content = Read(
      "rules:\n"
      "- name: Acme Key\n"
      "  id: kingfisher.acme.1\n"
      "  pattern: |\n"
      "    (?xi)\n"
      "    acme [_-] (?: key | token )   # what it is\n"
      "    = (?P<TOKEN> [a-z0-9]{20} )\n"
      "  min_entropy: 3.3\n"
      "  confidence: medium\n"
      "  examples: ['acme_key=qwjzvkxbhfpmtrgdlnsc']\n"
      "  negative_examples: ['acme_key=']\n"
      "  references: [https://acme.example]\n");
  ASSERT_EQ(content.set.rules.size(), 1u);
  const Rule& rule = content.set.rules[0];
  EXPECT_EQ(rule.id, "kingfisher.acme.1");
  EXPECT_EQ(rule.provider, "Acme Key");
  EXPECT_EQ(rule.pattern, "(?i)acme[_-](?:key|token)=([a-z0-9]{20})");
  EXPECT_EQ(rule.minimum_entropy, 3.3);
  EXPECT_EQ(rule.confidence, Confidence::kMedium);
  EXPECT_EQ(rule.examples.size(), 1u);
  EXPECT_EQ(rule.counterexamples.size(), 1u);
  EXPECT_TRUE(rule.literal_examples);
  EXPECT_EQ(rule.line, 2u);
  EXPECT_THAT(content.warnings, IsEmpty());
}

TEST(KingfisherRules, RequireCharactersAndExcludeTexts) {
  const RuleFileContent content =
      Read(std::string(kRule) +
           "  pattern_requirements:\n    min_digits: 2\n    min_uppercase: 1\n"
           "    min_lowercase: 0\n    ignore_if_contains: [test, 'a.b']\n"
           "    checksum: {actual: x}\n");
  const Rule& rule = content.set.rules[0];
  EXPECT_EQ(rule.required_classes, (std::vector{CharacterClass::kDigit, CharacterClass::kUpper}));
  EXPECT_EQ(rule.exclude, "(?i)(?:test|a\\.b)");
  EXPECT_THAT(
      content.warnings,
      ElementsAre("my.yml:6: rule kingfisher.acme.1: min_digits above 1 is taken as 1",
                  "my.yml:10: rule kingfisher.acme.1: pattern_requirements.checksum is ignored"));
}

TEST(KingfisherRules, WarnOfWhatIsIgnored) {
  const RuleFileContent content =
      Read(std::string(kRule) +
           "  validation: {type: Http}\n  depends_on_rule: []\n  odd: 1\n"
           "- name: Id\n  id: b\n  pattern: 'acme_id'\n  visible: false\n"
           "  revocation: {type: Http}\n");
  EXPECT_EQ(content.set.rules.size(), 1u);
  EXPECT_THAT(
      content.warnings,
      ElementsAre(
          "my.yml:5: rule kingfisher.acme.1: validation is ignored, here and below: nothing "
          "is asked over the network",
          "my.yml:6: rule kingfisher.acme.1: depends_on_rule is ignored",
          "my.yml:7: rule kingfisher.acme.1: odd is ignored",
          "my.yml:8: rule b: left out: it is not visible and only feeds other rules"));
}

TEST(KingfisherRules, AreRefusedWithFileLineAndRule) {
  const std::string rule = kRule;
  const std::pair<std::string, const char*> cases[] = {
      {"rules:\n- name: A\n  id: a\n  pattern: 'x(?!y)'\n",
       "my.yml:2: rule a: the pattern is not RE2: invalid perl operator: (?!"},
      {"rules:\n- name: A\n  id: a\n  pattern: '[0-9a-f]{32}'\n",
       "my.yml:2: rule a: its pattern holds no text that is in every match; such a rule is too "
       "slow"},
      {"rules:\n- name: A\n  id: a\n", "my.yml:2: rule a: a rule needs name and pattern"},
      {"rules:\n- name: A\n  pattern: abc\n", "my.yml:2: a rule needs an id"},
      {"rules:\n- 5\n", "my.yml:2: a rule needs an id"},
      // Found by fuzzing.
      {"rules:\n- name: A\n  id: ''\n  pattern: abc\n", "my.yml:2: a rule needs an id"},
      {"rules: 5\n", "my.yml:1: no rules"},
      {rule + "  confidence: certain\n",
       "my.yml:5: rule kingfisher.acme.1: confidence is low, medium or high"},
      {rule + "  min_entropy: much\n", "my.yml:5: rule kingfisher.acme.1: expected a number"},
      {rule + "  min_entropy: -1\n", "my.yml:5: rule kingfisher.acme.1: expected a number"},
      {rule + "  examples: one\n", "my.yml:5: rule kingfisher.acme.1: expected a list of texts"},
      {rule + "  examples: [[a]]\n", "my.yml:5: rule kingfisher.acme.1: expected a text"},
      {rule + "  pattern_requirements: 1\n",
       "my.yml:5: rule kingfisher.acme.1: pattern_requirements is a mapping"},
      {rule + "- name: B\n  id: kingfisher.acme.1\n  pattern: abc\n",
       "my.yml:5: rule kingfisher.acme.1: id is used twice"},
      {"rules: &a []\n", "my.yml:1: anchors and aliases are not allowed"}};
  for (const auto& [text, error] : cases) {
    EXPECT_EQ(ErrorOf(text), "InvalidArgument: " + std::string(error)) << text;
  }
}

TEST(KingfisherRules, HostileFilesAreRefused) {
  EXPECT_EQ(ErrorOf("rules: \xC3\n"), "InvalidArgument: my.yml:1: not UTF-8");
  EXPECT_EQ(ErrorOf(std::string("rules:\n\x1B\n")),
            "InvalidArgument: my.yml:2: a control character");
  EXPECT_THAT(ErrorOf("rules: " + std::string(100'000, '[')),
              HasSubstr("InvalidArgument: my.yml:"));
  std::string many = "rules: [";
  for (int i = 0; i < 300'000; ++i) many += "a,";
  EXPECT_EQ(ErrorOf(many + "]"), "InvalidArgument: my.yml:1: too many nodes");
  EXPECT_THAT(ErrorOf("rules:\n- ? {a: b}\n  : c\n"), HasSubstr("InvalidArgument: my.yml:"));
}

}  // namespace
}  // namespace keysteward::detection
