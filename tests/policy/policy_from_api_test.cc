#include "policy/policy_from_api.h"

#include <gtest/gtest.h>

namespace keysteward::policy {
namespace {

using namespace std::chrono_literals;

namespace v1 = api::v1alpha1;

TEST(PolicyFrom, AnEmptyObjectIsTheBuiltInPolicy) {
  v1::CredentialPolicy object;
  object.metadata.name = "default";
  const Policy policy = PolicyFrom(object);
  const Policy built_in;
  EXPECT_EQ(policy.literals.action, built_in.literals.action);
  EXPECT_EQ(policy.literals.minimum_confidence, built_in.literals.minimum_confidence);
  EXPECT_EQ(policy.references.owner_annotations, built_in.references.owner_annotations);
  EXPECT_EQ(policy.references.expiry_annotations, built_in.references.expiry_annotations);
  EXPECT_EQ(policy.references.max_lifetime, built_in.references.max_lifetime);
  EXPECT_EQ(policy.references.warn_before, built_in.references.warn_before);
  EXPECT_EQ(policy.references.expired, built_in.references.expired);
  EXPECT_EQ(policy.references.missing_secret, built_in.references.missing_secret);
  EXPECT_EQ(policy.existing, built_in.existing);
  EXPECT_EQ(policy.allowed_overrides, built_in.allowed_overrides);
}

TEST(PolicyFrom, ActionsOfAPartWinOverTheCommonOne) {
  v1::CredentialPolicy object;
  object.spec.action = v1::PolicyAction::kAudit;
  EXPECT_EQ(PolicyFrom(object).literals.action, Action::kAudit);
  EXPECT_EQ(PolicyFrom(object).references.action, Action::kAudit);
  object.spec.literals.action = v1::PolicyAction::kWarn;
  object.spec.references.action = v1::PolicyAction::kDeny;
  EXPECT_EQ(PolicyFrom(object).literals.action, Action::kWarn);
  EXPECT_EQ(PolicyFrom(object).references.action, Action::kDeny);
}

TEST(PolicyFrom, TakesEveryWordOver) {
  v1::CredentialPolicy object;
  object.spec.allowed_overrides = {v1::EnforceMode::kOff, v1::EnforceMode::kAudit};
  object.spec.literals.minimum_confidence = v1::Confidence::kLow;
  object.spec.literals.disabled_rules = {"b", "a", "b"};
  object.spec.existing = v1::ExistingMode::kEnforce;
  const Policy policy = PolicyFrom(object);
  EXPECT_EQ(policy.allowed_overrides, (std::set<Action>{Action::kAllow, Action::kAudit}));
  EXPECT_EQ(policy.literals.minimum_confidence, detection::Confidence::kLow);
  EXPECT_EQ(policy.literals.disabled_rules, (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(policy.existing, Existing::kEnforce);
}

TEST(PolicyFrom, CustomRulesCountUnderTheNameOfThePolicy) {
  v1::CredentialPolicy object;
  object.metadata.name = "shop";
  EXPECT_TRUE(PolicyFrom(object).literals.rule_scopes.empty());
  object.spec.literals.custom_rules.emplace_back();
  EXPECT_EQ(PolicyFrom(object).literals.rule_scopes, std::vector<std::string>{"shop"});
}

TEST(PolicyFrom, CustomResourcesAreNamedByKindAndGroup) {
  v1::CredentialPolicy object;
  object.spec.custom_resources = {{"argoproj.io", "Application"}};
  EXPECT_EQ(PolicyFrom(object).custom_resources, std::set<std::string>{"Application.argoproj.io"});
}

TEST(ExceptionFrom, TakesEveryFieldOver) {
  v1::CredentialException object;
  object.metadata.name = "sandbox";
  object.metadata.namespace_name = "shop";
  object.spec.owner = "o";
  object.spec.reason = "r";
  object.spec.expires_at = WallTime(500'000h);
  object.spec.scope.kind = "K";
  object.spec.scope.name = "n";
  object.spec.scope.path = "p";
  object.spec.scope.rule = "u";
  object.spec.scope.fingerprint = "f";
  const Exception exception = ExceptionFrom(object);
  EXPECT_EQ(exception.namespace_name + exception.name, "shopsandbox");
  EXPECT_EQ(exception.owner + exception.reason, "or");
  EXPECT_EQ(exception.expires_at, WallTime(500'000h));
  const Exception::Scope& scope = exception.scope;
  EXPECT_EQ(scope.kind + scope.name + scope.path + scope.rule + scope.fingerprint, "Knpuf");
}

TEST(PolicyFrom, EveryActionAndConfidenceHasItsCounterpart) {
  const std::pair<v1::PolicyAction, Action> actions[] = {
      {v1::PolicyAction::kDeny, Action::kDeny},
      {v1::PolicyAction::kWarn, Action::kWarn},
      {v1::PolicyAction::kAudit, Action::kAudit}};
  for (const auto& [from, to] : actions) {
    v1::CredentialPolicy object;
    object.spec.references.expired = from;
    object.spec.references.missing_secret = from;
    EXPECT_EQ(PolicyFrom(object).references.expired, to);
    EXPECT_EQ(PolicyFrom(object).references.missing_secret, to);
  }
  v1::CredentialPolicy object;
  object.spec.allowed_overrides = {v1::EnforceMode::kDeny, v1::EnforceMode::kWarn};
  EXPECT_EQ(PolicyFrom(object).allowed_overrides, (std::set<Action>{Action::kDeny, Action::kWarn}));
  object.spec.allowed_overrides.clear();
  EXPECT_TRUE(PolicyFrom(object).allowed_overrides.empty()) << "an empty list allows none";
  object.spec.literals.minimum_confidence = v1::Confidence::kMedium;
  EXPECT_EQ(PolicyFrom(object).literals.minimum_confidence, detection::Confidence::kMedium);
}

TEST(PolicyFrom, TimesAnnotationsAndNamespacesAreThoseOfTheObject) {
  v1::CredentialPolicy object;
  object.metadata.name = "strict";
  object.spec.namespace_selector.match_labels = {{"team", "payments"}};
  object.spec.references.owner_annotations = {"o1", "o2"};
  object.spec.references.expiry_annotations = {"e"};
  object.spec.references.max_lifetime = 3h;
  object.spec.references.warn_before = 2h;
  const Policy policy = PolicyFrom(object);
  EXPECT_EQ(policy.name, "strict");
  EXPECT_TRUE(policy.namespace_selector.Matches({{"team", "payments"}}));
  EXPECT_FALSE(policy.namespace_selector.Matches({}));
  EXPECT_EQ(policy.references.owner_annotations, (std::vector<std::string>{"o1", "o2"}));
  EXPECT_EQ(policy.references.expiry_annotations, (std::vector<std::string>{"e"}));
  EXPECT_EQ(policy.references.max_lifetime, 3h);
  EXPECT_EQ(policy.references.warn_before, 2h);
  EXPECT_EQ(policy.mode, Action::kDeny) << "the namespace's label decides on it";
}

}  // namespace
}  // namespace keysteward::policy
