#include <gtest/gtest.h>

#include "detection/engine/engine.h"
#include "detection/rules/rule.h"

namespace keysteward::detection {
namespace {

std::string Load(std::string_view text) {
  const RuleFile file{"my.yaml", text};
  const auto rules = LoadRules({&file, 1});
  return rules ? "ok " + std::to_string(rules->rules.size()) : rules.error().ToString();
}

constexpr const char* kGood =
    "provider: Acme\nremediation: Roll it.\nrules:\n- id: acme-key\n  pattern: 'acme_[a-z]{20}'\n"
    "  keywords: [ACME_]\n  examples: ['acme_{lower:20}']\n";

TEST(LoadRules, ReadsARule) {
  const RuleFile file{"my.yaml", kGood};
  const auto rules = LoadRules({&file, 1});
  ASSERT_TRUE(rules) << rules.error().ToString();
  const Rule& rule = rules->rules[0];
  EXPECT_EQ(rule.id, "acme-key");
  EXPECT_EQ(rule.provider, "Acme");
  EXPECT_EQ(rule.keywords, std::vector<std::string>{"acme_"});
  EXPECT_EQ(rule.confidence, Confidence::kHigh);
  EXPECT_EQ(rule.remediation, "Roll it.");
}

TEST(LoadRules, ReadsWhatARuleRequiresAndExcludes) {
  const std::string text =
      std::string(kGood) + "  minimumEntropy: 3.5\n  requires: [upper, digit]\n  exclude: '^x'\n";
  const RuleFile file{"my.yaml", text};
  const auto rules = LoadRules({&file, 1});
  ASSERT_TRUE(rules) << rules.error().ToString();
  const Rule& rule = rules->rules[0];
  EXPECT_EQ(rule.minimum_entropy, 3.5);
  EXPECT_EQ(rule.required_classes, (std::vector{CharacterClass::kUpper, CharacterClass::kDigit}));
  EXPECT_EQ(rule.exclude, "^x");
  EXPECT_EQ(rule.line, 4u);
}

TEST(LoadRules, RefusesWithFileAndLine) {
  const std::string good = kGood;
  const std::pair<std::string, std::string> cases[] = {
      {good + "  colour: red\n", "InvalidArgument: my.yaml:8: unknown key \"colour\""},
      {"x: 1\n" + good, "InvalidArgument: my.yaml:1: unknown key \"x\""},
      {good + "  confidence: Certain\n",
       "InvalidArgument: my.yaml:8: confidence is Low, Medium or High"},
      {good + "  validator: luck\n", "InvalidArgument: my.yaml:8: unknown validator"},
      {good + "  freeStart: maybe\n", "InvalidArgument: my.yaml:8: expected true or false"},
      {good + "  minimumEntropy: much\n",
       "InvalidArgument: my.yaml:8: minimumEntropy is a number from 0 to 8"},
      {good + "  minimumEntropy: nan\n",
       "InvalidArgument: my.yaml:8: minimumEntropy is a number from 0 to 8"},
      {good + "  minimumEntropy: 9\n",
       "InvalidArgument: my.yaml:8: minimumEntropy is a number from 0 to 8"},
      {good + "  requires: [emoji]\n",
       "InvalidArgument: my.yaml:8: requires takes upper, lower, digit and special"},
      {good + "  requires: upper\n", "InvalidArgument: my.yaml:8: expected a list of texts"},
      {good + "  exclude: [a]\n", "InvalidArgument: my.yaml:8: expected a text"},
      {good + "  names: [a]\n",
       "InvalidArgument: my.yaml:4: a rule needs either keywords or names"},
      {good + "- id: acme-key\n  pattern: x\n  keywords: [x]\n  examples: [x]\n",
       "InvalidArgument: my.yaml:8: id is used twice: acme-key"},
      {good + "- id: other\n  pattern: x\n  keywords: [x]\n",
       "InvalidArgument: my.yaml:8: a rule needs an example"},
      {good + "- id: other\n",
       "InvalidArgument: my.yaml:8: a rule needs id, pattern, provider and remediation"},
      {"rules: &a []\n", "InvalidArgument: my.yaml:1: anchors and aliases are not allowed"},
      {"rules: 5\n", "InvalidArgument: my.yaml:1: no rules"},
      {"[]\n", "InvalidArgument: my.yaml:1: expected a mapping"},
      {std::string(2u << 20, '#'), "TooLarge: my.yaml: larger than 1 MiB"}};
  for (const auto& [text, error] : cases) EXPECT_EQ(Load(text), error);
}

// Found by fuzzing: the YAML parser never gets past a comma that begins a document.
TEST(LoadRules, EndsAtTextThatBeginsNoDocument) {
  for (const char* text : {",", ",p.i", "]", "}", ", a: b", "a: b\n---\n,"}) {
    EXPECT_TRUE(Load(text).starts_with("InvalidArgument: my.yaml:")) << text << ": " << Load(text);
  }
}

TEST(LoadRules, TakesOneDocument) {
  EXPECT_EQ(Load(std::string(kGood) + "---\n" + kGood),
            "InvalidArgument: my.yaml:1: expected one document");
  EXPECT_EQ(Load("---\n" + std::string(kGood) + "...\n"), "ok 1");
}

TEST(LoadRules, RefusesBrokenYamlWithItsLine) {
  EXPECT_TRUE(Load("rules:\n- id: [\n").starts_with("InvalidArgument: my.yaml:3: "));
}

TEST(EngineCreate, NamesTheRuleThatDoesNotCompile) {
  std::string text = kGood;
  text.replace(text.find("[a-z]{20}"), 9, "[a-z");
  const RuleFile file{"my.yaml", text};
  const auto engine = Engine::Create(LoadRules({&file, 1}).value());
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().message, "rule acme-key: missing ]: [a-z");
}

TEST(EngineCreate, UsesRulesThatAreNotBuiltIn) {
  const RuleFile file{"my.yaml", kGood};
  for (const bool portable : {false, true}) {
    const auto engine = Engine::Create(LoadRules({&file, 1}).value(), {.portable = portable});
    ASSERT_TRUE(engine) << engine.error().ToString();
    const auto scratch = (*engine)->NewScratch();
    EXPECT_EQ((*engine)->ScanText("x acme_qwjzvkxbhfpmtrgdlnsc y", *scratch).findings.size(), 1u);
  }
}

}  // namespace
}  // namespace keysteward::detection
