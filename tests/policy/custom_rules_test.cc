#include "policy/custom_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/detection/samples.h"

namespace keysteward::policy {
namespace {

namespace v1 = api::v1alpha1;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

v1::CustomRule Acme() {
  v1::CustomRule rule;
  rule.id = "acme-live-key";
  rule.pattern = "acme_live_[A-Za-z0-9]{24}";
  rule.keywords = {"acme_LIVE_"};
  rule.examples = {"acme_live_{alnum:24}"};
  return rule;
}

v1::CredentialPolicy PolicyWith(const std::vector<v1::CustomRule>& rules) {
  v1::CredentialPolicy policy;
  policy.metadata.name = "shop";
  policy.spec.literals.custom_rules = rules;
  return policy;
}

// What is said about a rule; "" for nothing.
std::string Said(const v1::CustomRule& rule) {
  const v1::FieldErrors errors = CheckCustomRules(PolicyWith({rule}));
  return errors.empty() ? "" : errors.front().ToString();
}

TEST(CustomRulesOf, TakesEveryFieldOver) {
  v1::CustomRule custom = Acme();
  custom.provider = "Acme";
  custom.minimum_entropy = "3.25";
  custom.confidence = v1::Confidence::kMedium;
  custom.remediation = "Revoke it.";
  custom.counterexamples = {"acme_live_"};
  const auto rules = CustomRulesOf(PolicyWith({custom}));
  ASSERT_THAT(rules, SizeIs(1));
  EXPECT_EQ(rules[0].id, "acme-live-key");
  EXPECT_EQ(rules[0].pattern, custom.pattern);
  EXPECT_EQ(rules[0].keywords, std::vector<std::string>{"acme_live_"});
  EXPECT_EQ(rules[0].provider, "Acme");
  EXPECT_EQ(rules[0].minimum_entropy, 3.25);
  EXPECT_EQ(rules[0].confidence, detection::Confidence::kMedium);
  EXPECT_EQ(rules[0].remediation, "Revoke it.");
  EXPECT_EQ(rules[0].examples, custom.examples);
  EXPECT_EQ(rules[0].counterexamples, custom.counterexamples);
  EXPECT_EQ(rules[0].scope, "shop");
}

TEST(CustomRulesOf, TellsThePolicyWhereNoProviderIsGiven) {
  EXPECT_EQ(CustomRulesOf(PolicyWith({Acme()}))[0].provider, "policy shop");
}

TEST(CheckCustomRules, FindsNothingWrongWithAGoodRule) {
  EXPECT_EQ(Said(Acme()), "");
  EXPECT_THAT(CheckCustomRules(PolicyWith({})), IsEmpty());
}

TEST(CheckCustomRules, RefusesWhatDoesNotCompile) {
  for (const char* pattern :
       {"acme_live_[A-Z", "acme_live_(?=x)[a-z]{24}", "acme_live_([a-z]+)\\1"}) {
    v1::CustomRule rule = Acme();
    rule.pattern = pattern;
    EXPECT_THAT(Said(rule), HasSubstr("spec.literals.customRules[0]: rule acme-live-key: "))
        << pattern;
  }
}

TEST(CheckCustomRules, RefusesWhatMayMatchTooLittle) {
  v1::CustomRule rule = Acme();
  rule.pattern = "acme_[a-z0-9]*";
  EXPECT_THAT(Said(rule), HasSubstr("may match less than 8 characters"));
}

TEST(CheckCustomRules, RefusesAnExampleThatIsNotFound) {
  v1::CustomRule rule = Acme();
  rule.examples.push_back("acme_live_{alnum:23}");
  EXPECT_THAT(Said(rule), HasSubstr("example 2 is not found"));
  rule.examples[1] = "acme_live_xxxxxxxxxxxxxxxxxxxxxxxx";
  EXPECT_THAT(Said(rule), HasSubstr("example 2 is not found")) << "a placeholder is no credential";
  rule.examples[1] = "{nothing:24} acme_live_";
  EXPECT_THAT(Said(rule), HasSubstr("example 2: "));
}

TEST(CheckCustomRules, RefusesACounterexampleThatIsFound) {
  v1::CustomRule rule = Acme();
  rule.counterexamples = {"acme_live_no", "acme_live_{lower:24}"};
  EXPECT_THAT(Said(rule), HasSubstr("counterexample 2 is found"));
}

TEST(CheckCustomRules, RefusesAnExampleWithoutAKeyword) {
  v1::CustomRule rule = Acme();
  rule.keywords = {"acme_test_"};
  EXPECT_THAT(Said(rule), HasSubstr("example 1 holds no keyword"));
}

TEST(CheckCustomRules, HoldsTheEntropyAgainstTheExamples) {
  v1::CustomRule rule = Acme();
  rule.minimum_entropy = "7.5";
  EXPECT_THAT(Said(rule), HasSubstr("example 1 is not found"));
}

TEST(CheckCustomRules, RefusesTheIdOfABuiltInRule) {
  v1::CustomRule rule = Acme();
  rule.id = "stripe-secret-key";
  EXPECT_EQ(Said(rule),
            "spec.literals.customRules[0].id: is the id of a built-in rule; choose another");
}

TEST(CheckCustomRules, NamesTheRuleThatIsWrong) {
  v1::CustomRule wrong = Acme();
  wrong.id = "acme-other";
  wrong.pattern = "acme_live_(";
  const v1::FieldErrors errors = CheckCustomRules(PolicyWith({Acme(), wrong, Acme()}));
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_EQ(errors[0].field, "spec.literals.customRules[1]");
}

// A pattern that would take the matcher long to compile is refused by its size instead.
TEST(CheckCustomRules, RefusesAPatternThatGrowsWithoutMeasure) {
  v1::CustomRule rule = Acme();
  rule.pattern = "acme_live_((([a-z]{1,100}[0-9]{1,100}){1,100}){1,100}){1,100}";
  EXPECT_THAT(Said(rule), HasSubstr("rule acme-live-key: "));
}

TEST(CheckCustomRules, DoesNotQuoteAnExample) {
  v1::CustomRule rule = Acme();
  rule.examples = {detection::MakeSample("acme_nope_{alnum:24}")};
  rule.keywords = {"acme_"};
  const std::string said = Said(rule);
  EXPECT_THAT(said, HasSubstr("example 1 is not found"));
  EXPECT_EQ(said.find(rule.examples[0].substr(10)), std::string::npos);
}

}  // namespace
}  // namespace keysteward::policy
