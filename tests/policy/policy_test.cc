#include "policy/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keysteward::policy {
namespace {

using namespace std::chrono_literals;

Policy Named(const std::string& name) {
  Policy policy;
  policy.name = name;
  return policy;
}

TEST(EffectivePolicy, IsTheBuiltInOneWithoutAny) {
  const Policy policy = *EffectivePolicy({}, {});
  EXPECT_EQ(policy.literals.action, Action::kDeny);
  EXPECT_EQ(policy.references.max_lifetime, 8760h);
  EXPECT_EQ(policy.existing, Existing::kReport);
}

TEST(EffectivePolicy, TakesTheDefaultOnlyWhereNoOtherSelects) {
  Policy fallback = Named("default");
  fallback.references.max_lifetime = 1h;
  Policy payments = Named("payments");
  payments.namespace_selector.match_labels["team"] = "payments";
  payments.references.max_lifetime = 2h;
  const PolicySnapshot snapshot{{fallback, payments}, {}};
  EXPECT_EQ(EffectivePolicy(snapshot, {})->name, "default");
  EXPECT_EQ(EffectivePolicy(snapshot, {{"team", "payments"}})->name, "payments");
  EXPECT_EQ(EffectivePolicy(snapshot, {{"team", "payments"}})->references.max_lifetime, 2h);
  EXPECT_EQ(EffectivePolicy({{payments}, {}}, {})->name, Policy{}.name) << "nothing selects it";
}

TEST(EffectivePolicy, OfSeveralIsTheStrictestPerCheck) {
  Policy a = Named("a");
  a.literals.action = Action::kWarn;
  a.literals.minimum_confidence = detection::Confidence::kHigh;
  a.literals.disabled_rules = {"x", "y"};
  a.literals.rule_scopes = {"a"};
  a.references.action = Action::kDeny;
  a.references.owner_annotations = {"owner", "team"};
  a.references.expiry_annotations = {"end"};
  a.references.max_lifetime = 10h;
  a.references.warn_before = 1h;
  a.references.expired = Action::kAudit;
  a.references.missing_secret = Action::kDeny;
  a.existing = Existing::kEnforce;
  a.allowed_overrides = {Action::kWarn, Action::kAllow};
  Policy b = Named("b");
  b.literals.action = Action::kDeny;
  b.literals.minimum_confidence = detection::Confidence::kMedium;
  b.literals.disabled_rules = {"y", "z"};
  b.literals.rule_scopes = {"b"};
  b.references.action = Action::kAudit;
  b.references.owner_annotations = {"team"};
  b.references.expiry_annotations = {"until"};
  b.references.max_lifetime = 20h;
  b.references.warn_before = 2h;
  b.references.expired = Action::kDeny;
  b.references.missing_secret = Action::kWarn;
  b.allowed_overrides = {Action::kWarn, Action::kDeny};
  for (const auto& order : {std::vector<Policy>{a, b}, std::vector<Policy>{b, a}}) {
    const Policy both = *EffectivePolicy({order, {}}, {});
    EXPECT_EQ(both.literals.action, Action::kDeny);
    EXPECT_EQ(both.literals.minimum_confidence, detection::Confidence::kMedium);
    EXPECT_EQ(both.literals.disabled_rules, std::set<std::string>{"y"});
    EXPECT_THAT(both.literals.rule_scopes, testing::UnorderedElementsAre("a", "b"));
    EXPECT_EQ(both.references.action, Action::kDeny);
    EXPECT_EQ(both.references.owner_annotations, std::vector<std::string>{"team"});
    EXPECT_TRUE(both.references.expiry_annotations.empty()) << "no annotation satisfies both";
    EXPECT_EQ(both.references.max_lifetime, 10h);
    EXPECT_EQ(both.references.warn_before, 2h);
    EXPECT_EQ(both.references.expired, Action::kDeny);
    EXPECT_EQ(both.references.missing_secret, Action::kDeny);
    EXPECT_EQ(both.existing, Existing::kEnforce);
    EXPECT_EQ(both.allowed_overrides, std::set<Action>{Action::kWarn});
  }
  EXPECT_EQ(EffectivePolicy({{a, b}, {}}, {})->name, "a+b");
}

TEST(EffectivePolicy, OfSeveralJudgesEveryKindThatOneOfThemJudges) {
  Policy a = Named("a");
  Policy b = Named("b");
  a.custom_resources = {"Application.argoproj.io"};
  b.custom_resources = {"HelmRelease.helm.toolkit.fluxcd.io"};
  const Policy both = *EffectivePolicy({{a, b}, {}}, {});
  EXPECT_TRUE(Judges(both, "argoproj.io/v1alpha1", "Application"));
  EXPECT_TRUE(Judges(both, "helm.toolkit.fluxcd.io/v2", "HelmRelease"));
  EXPECT_FALSE(Judges(both, "argoproj.io/v1alpha1", "Workflow"));
  EXPECT_TRUE(Judges(*EffectivePolicy({{a, Named("c")}, {}}, {}), "argoproj.io/v1", "Workflow"));
  EXPECT_TRUE(Judges(*EffectivePolicy({{Named("c"), a}, {}}, {}), "argoproj.io/v1", "Workflow"));
}

TEST(Judges, KindsOfKubernetesAlways) {
  Policy policy = Named("a");
  policy.custom_resources = {"Application.argoproj.io"};
  for (const auto& [version, kind] : {std::pair{"v1", "Pod"},
                                      {"apps/v1", "Deployment"},
                                      {"gateway.networking.k8s.io/v1", "Gateway"},
                                      {"", ""}}) {
    EXPECT_TRUE(Judges(policy, version, kind)) << version;
  }
  EXPECT_FALSE(Judges(policy, "example.com/v1", "Application"));
  EXPECT_FALSE(Judges(policy, "example.com/v1", "Application.argoproj.io"));
}

TEST(EffectivePolicy, ObeysTheLabelWithinWhatIsAllowed) {
  Policy policy = Named("p");
  policy.allowed_overrides = {Action::kWarn, Action::kAudit};
  const auto mode = [&](const char* word) {
    return EffectivePolicy({{policy}, {}}, {{"keysteward.dev/enforce", word}})->mode;
  };
  EXPECT_EQ(mode("warn"), Action::kWarn);
  EXPECT_EQ(mode("audit"), Action::kAudit);
  EXPECT_EQ(mode("off"), Policy{}.mode) << "not allowed here";
  for (const char* word : {"", "Warn", "WARN", "none", "deny "}) {
    EXPECT_EQ(mode(word), Policy{}.mode) << word;
  }
}

TEST(ActionName, IsAWordForEach) {
  EXPECT_EQ(ActionName(Action::kAllow), "Allow");
  EXPECT_EQ(ActionName(Action::kAudit), "Audit");
  EXPECT_EQ(ActionName(Action::kWarn), "Warn");
  EXPECT_EQ(ActionName(Action::kDeny), "Deny");
}

}  // namespace
}  // namespace keysteward::policy
