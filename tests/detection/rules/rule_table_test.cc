#include "detection/rules/rule_table.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

Rule FullRule() {
  Rule rule;
  rule.id = "acme-key";
  rule.provider = "Acme";
  rule.pattern = std::string("a\0b", 3);
  rule.keywords = {"acme_", ""};
  rule.names = {"acmekey"};
  rule.validator = Validator::kJwt;
  rule.confidence = Confidence::kMedium;
  rule.free_start = true;
  rule.minimum_entropy = 3.25;
  rule.required_classes = {CharacterClass::kDigit, CharacterClass::kUpper};
  rule.exclude = "test";
  rule.remediation = "Roll it.";
  rule.examples = {"x", "y"};
  rule.counterexamples = {"z"};
  return rule;
}

void ExpectEqual(const Rule& a, const Rule& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.provider, b.provider) << a.id;
  EXPECT_EQ(a.pattern, b.pattern) << a.id;
  EXPECT_EQ(a.keywords, b.keywords) << a.id;
  EXPECT_EQ(a.names, b.names) << a.id;
  EXPECT_EQ(a.validator, b.validator) << a.id;
  EXPECT_EQ(a.confidence, b.confidence) << a.id;
  EXPECT_EQ(a.free_start, b.free_start) << a.id;
  EXPECT_EQ(a.minimum_entropy, b.minimum_entropy) << a.id;
  EXPECT_EQ(a.required_classes, b.required_classes) << a.id;
  EXPECT_EQ(a.exclude, b.exclude) << a.id;
  EXPECT_EQ(a.remediation, b.remediation) << a.id;
  EXPECT_EQ(a.examples, b.examples) << a.id;
  EXPECT_EQ(a.counterexamples, b.counterexamples) << a.id;
}

TEST(RuleTable, GivesBackEveryField) {
  const RuleSet set{{FullRule(), Rule{}}};
  const auto read = ReadRuleTable(WriteRuleTable(set));
  ASSERT_TRUE(read) << read.error().ToString();
  ASSERT_EQ(read->rules.size(), 2u);
  for (size_t i = 0; i < 2; ++i) ExpectEqual(read->rules[i], set.rules[i]);
}

TEST(RuleTable, RefusesEveryCutAndEverythingAfterItsEnd) {
  const std::string bytes = WriteRuleTable({{FullRule()}});
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(ReadRuleTable(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(ReadRuleTable(bytes + "x"));
  EXPECT_FALSE(ReadRuleTable("KSRULES1" + bytes.substr(8)));
}

TEST(RuleTable, TakesNoMemoryForLyingCounts) {
  std::string bytes = WriteRuleTable({{FullRule()}});
  for (size_t at = 8; at + 4 <= bytes.size(); ++at) {
    std::string lying = bytes;
    lying.replace(at, 4, "\xFF\xFF\xFF\xFF");
    (void)ReadRuleTable(lying);  // an error or other rules, but it comes back
  }
}

TEST(BuiltInRules, AreThoseOfTheRuleFiles) {
  const auto files = LoadRules(EmbeddedRules());
  const auto table = BuiltInRules();
  ASSERT_TRUE(files) << files.error().ToString();
  ASSERT_TRUE(table) << table.error().ToString();
  ASSERT_EQ(table->rules.size(), files->rules.size());
  for (size_t i = 0; i < table->rules.size(); ++i) ExpectEqual(table->rules[i], files->rules[i]);
}

}  // namespace
}  // namespace keysteward::detection
