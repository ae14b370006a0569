#include "detection/rules/gitleaks_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kRule = "[[rules]]\nid = \"acme\"\nregex = '''acme_[a-z]{8}'''\n";

RuleFileContent Read(const std::string& text) {
  const auto content = ReadGitleaksRules("my.toml", text);
  EXPECT_TRUE(content) << content.error().ToString();
  return content ? *content : RuleFileContent();
}

std::string ErrorOf(const std::string& text) {
  const auto content = ReadGitleaksRules("my.toml", text);
  return content ? "no error" : content.error().ToString();
}

TEST(GitleaksRules, BecomeRulesOfOurs) {
  const RuleFileContent content = Read(
      "title = \"mine\"\n[[rules]]\nid = \"acme\"\ndescription = \"Acme\"\n"
      "regex = '''(?i)acme[_-](key|token)=([a-z0-9]{20})'''\nsecretGroup = 2\nentropy = 3.5\n"
      "keywords = [\"acme\"]\ntags = [\"x\"]\n");
  ASSERT_EQ(content.set.rules.size(), 1u);
  const Rule& rule = content.set.rules[0];
  EXPECT_EQ(rule.id, "acme");
  EXPECT_EQ(rule.provider, "acme");
  EXPECT_EQ(rule.pattern, "(?i)acme[_-](?:key|token)=([a-z0-9]{20})");
  EXPECT_EQ(rule.minimum_entropy, 3.5);
  EXPECT_THAT(rule.keywords, testing::Contains("acme_token="));
  EXPECT_EQ(rule.confidence, Confidence::kHigh);
  EXPECT_EQ(rule.line, 2u);
  EXPECT_TRUE(rule.literal_examples);
  EXPECT_THAT(content.warnings, IsEmpty());
}

TEST(GitleaksRules, ExcludeWhatAllowListsAllow) {
  const RuleFileContent content =
      Read(std::string("[allowlist]\nregexes = ['''^acme_test''']\n") + kRule +
           "[[rules.allowlists]]\nstopwords = [\"dummy\"]\nregexes = ['''zz$''']\n");
  EXPECT_EQ(content.set.rules[0].exclude, "(?:(?:zz$)|(?:(?i)(?:dummy)))|(?:^acme_test)");
  EXPECT_THAT(content.warnings, IsEmpty());
}

TEST(GitleaksRules, WarnOfWhatIsIgnored) {
  const RuleFileContent content =
      Read(std::string("[extend]\nuseDefault = true\n") + kRule +
           "path = '''x'''\nshiny = 1\n[rules.allowlist]\npaths = ['''vendor''']\n"
           "[[rules]]\nid = \"paths\"\npath = '''\\.p12$'''\n");
  EXPECT_THAT(content.warnings,
              testing::UnorderedElementsAre(
                  "my.toml:1: extend is ignored",
                  "my.toml:6: rule acme: path is ignored: the rule applies everywhere",
                  "my.toml:7: rule acme: shiny is ignored",
                  "my.toml:9: rule acme: allowlist: paths is ignored",
                  "my.toml:12: rule paths: path is ignored: the rule applies everywhere",
                  "my.toml:10: rule paths: left out: it has no regex"));
  EXPECT_EQ(content.set.rules.size(), 1u);
}

// Half an allow list would allow more than its author meant.
TEST(GitleaksRules, LeaveOutAllowListsThatMeanMoreThanTheSecret) {
  for (const char* list : {"regexTarget = \"match\"\nregexes = ['''x''']\n",
                           "regexTarget = \"line\"\nregexes = ['''x''']\n",
                           "condition = \"AND\"\npaths = ['''p''']\nregexes = ['''x''']\n"}) {
    const RuleFileContent content = Read(std::string(kRule) + "[[rules.allowlists]]\n" + list);
    EXPECT_EQ(content.set.rules[0].exclude, "") << list;
    EXPECT_THAT(content.warnings, testing::Contains(HasSubstr("rule acme: allowlist: left out")));
  }
}

TEST(GitleaksRules, AreRefusedWithFileLineAndRule) {
  const std::string rule = kRule;
  const std::pair<std::string, const char*> cases[] = {
      {"[[rules]]\nid = \"a\"\nregex = '''x(?=y)'''\n",
       "my.toml:1: rule a: the pattern is not RE2: invalid perl operator: (?="},
      {"[[rules]]\nid = \"a\"\nregex = '''[0-9a-f]{32}'''\n",
       "my.toml:1: rule a: its regex holds no text that is in every match; such a rule is too "
       "slow"},
      {"[[rules]]\nid = \"a\"\nregex = '''abc'''\nsecretGroup = 1\n",
       "my.toml:1: rule a: the pattern has no group 1"},
      {"[[rules]]\nid = \"a\"\nregex = 5\n", "my.toml:3: rule a: expected a text"},
      {"[[rules]]\nregex = '''abc'''\n", "my.toml:1: a rule needs an id"},
      {"[[rules]]\nid = 7\nregex = '''abc'''\n", "my.toml:1: a rule needs an id"},
      {rule + "entropy = \"high\"\n", "my.toml:4: rule acme: entropy is a number from 0 to 8"},
      {rule + "entropy = nan\n", "my.toml:4: rule acme: entropy is a number from 0 to 8"},
      {rule + "secretGroup = -1\n", "my.toml:4: rule acme: secretGroup is a number from 0 to 100"},
      {rule + "keywords = \"x\"\n", "my.toml:4: rule acme: expected a list of texts"},
      {rule + "keywords = [1]\n", "my.toml:4: rule acme: expected a text"},
      {rule + "allowlist = 1\n", "my.toml:4: rule acme: allowlist is a table"},
      {rule + "[rules.allowlist]\nregexes = ['''(''']\n",
       "my.toml:5: rule acme: allowlist: the pattern is not RE2: missing ): ("},
      {rule + "[[rules.required]]\nid = \"b\"\n",
       "my.toml:4: rule acme: it needs findings of other rules, which is not supported"},
      {rule + rule, "my.toml:5: rule acme: id is used twice"},
      {"rules = 5\n", "my.toml:1: no rules"},
      {"", "my.toml:1: no rules"},
      {"rules = [1]\n", "my.toml:1: expected a rule"}};
  for (const auto& [text, error] : cases) {
    EXPECT_EQ(ErrorOf(text), "InvalidArgument: " + std::string(error)) << text;
  }
}

TEST(GitleaksRules, HostileFilesAreRefused) {
  EXPECT_THAT(ErrorOf("[[rules]]\nid = \"a\n"), HasSubstr("InvalidArgument: my.toml:2: "));
  EXPECT_EQ(ErrorOf("# \xFF\n"), "InvalidArgument: my.toml:1: not UTF-8");
  EXPECT_EQ(ErrorOf("a = 1\n\x01"), "InvalidArgument: my.toml:2: a control character");
  EXPECT_EQ(ErrorOf(std::string(2u << 20, '#')), "TooLarge: my.toml: larger than 1 MiB");
  EXPECT_THAT(ErrorOf("a = " + std::string(500'000, '[')), HasSubstr("InvalidArgument: my.toml:"));
}

// Found by fuzzing: an assertion of toml++ in builds that have them.
TEST(GitleaksRules, TablesWithoutANameAreRefused) {
  for (const char* table : {"[[&rules]]", "[&rules]", "[[\t=]]", "[.a]", "[[,]]\n"}) {
    EXPECT_THAT(ErrorOf(table), HasSubstr("InvalidArgument: my.toml:1: ")) << table;
  }
}

// Found by fuzzing: a place of toml++ that it calls unreachable.
TEST(GitleaksRules, CharactersThatAreNoNameAreRefused) {
  for (const char* text : {"\u0305k", "a = 1\n\u2070", "\u16a0 = 1", "[\u0305]"}) {
    EXPECT_THAT(ErrorOf(text), HasSubstr("InvalidArgument: my.toml:")) << text;
  }
}

// A stack overflow in toml++ when this test was written.
TEST(GitleaksRules, KeysWithManyDotsAreRefused) {
  std::string dotted = "a";
  for (int i = 0; i < 100'000; ++i) dotted += ".a";
  const std::string deep = "InvalidArgument: my.toml:1: keys inside keys, too deep";
  EXPECT_EQ(ErrorOf(dotted + " = 1\n"), deep);
  EXPECT_EQ(ErrorOf("[" + dotted + "]\n"), deep);
  EXPECT_EQ(ErrorOf("x = {" + dotted + " = 1}\n"), deep);
}

}  // namespace
}  // namespace keysteward::detection
