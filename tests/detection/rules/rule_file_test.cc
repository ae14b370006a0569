#include "detection/rules/rule_file.h"

#include <gtest/gtest.h>

#include "detection/engine/engine.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

constexpr const char* kOurs =
    "provider: Acme\nremediation: Roll it.\nrules:\n- id: acme\n  pattern: 'acme_[a-z]{20}'\n"
    "  keywords: [acme_]\n  examples: ['acme_{lower:20}']\n";
constexpr const char* kKingfisher =
    "rules:\n- name: Acme\n  id: acme\n  pattern: '(?x) acme_ [a-z]{20}'\n";
constexpr const char* kGitleaks = "[[rules]]\nid = \"acme\"\nregex = '''acme_[a-z]{20}'''\n";

struct Written {
  const char* file;
  const char* text;
  RuleFormat format;
};

class RuleFileTest : public testing::TestWithParam<Written> {};

TEST_P(RuleFileTest, IsKnownByWhatItHolds) {
  const auto content = ReadRuleFile(GetParam().file, GetParam().text);
  ASSERT_TRUE(content) << content.error().ToString();
  EXPECT_EQ(content->format, GetParam().format);
  ASSERT_EQ(content->set.rules.size(), 1u);
}

// The same rule in three notations finds the same.
TEST_P(RuleFileTest, FindsTheSameOnBothEngines) {
  for (const bool portable : {false, true}) {
    const auto engine = Engine::Create(ReadRuleFile(GetParam().file, GetParam().text).value().set,
                                       {.portable = portable});
    ASSERT_TRUE(engine) << engine.error().ToString();
    const auto scratch = (*engine)->NewScratch();
    const std::string text = MakeSample("x acme_{lower:20} y acme_{lower:19} z");
    EXPECT_EQ((*engine)->ScanText(text, *scratch).findings.size(), 1u);
  }
}

INSTANTIATE_TEST_SUITE_P(All, RuleFileTest,
                         testing::Values(Written{"a.yaml", kOurs, RuleFormat::kKeysteward},
                                         Written{"a.yml", kKingfisher, RuleFormat::kKingfisher},
                                         Written{"a.toml", kGitleaks, RuleFormat::kGitleaks}));

TEST(ReadRuleFile, IsBounded) {
  std::string many;
  for (int i = 0; i < 5'001; ++i) {
    many += "[[rules]]\nid = \"r" + std::to_string(i) + "\"\nregex = '''abc'''\n";
  }
  const auto content = ReadRuleFile("a.toml", many);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().message, "a.toml:1: more than 5,000 rules");
}

TEST(ReadRuleFile, NamesFileAndLineOfAnyFormat) {
  EXPECT_EQ(ReadRuleFile("a.yaml", "rules: [").error().message.substr(0, 9), "a.yaml:1:");
  EXPECT_EQ(ReadRuleFile("a.yaml", "rules: {}").error().message, "a.yaml:1: no rules");
  EXPECT_EQ(ReadRuleFile("a.toml", "rules = {}").error().message, "a.toml:1: no rules");
}

}  // namespace
}  // namespace keysteward::detection
