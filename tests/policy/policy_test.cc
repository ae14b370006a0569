#include "policy/policy.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/json.h"
#include "detection/reader/manifest_reader.h"
#include "policy/manifest_json.h"
#include "policy/policy_from_api.h"

namespace keysteward::policy {
namespace {

using namespace std::chrono_literals;
namespace v1 = api::v1alpha1;

Policy Named(const std::string& name) {
  Policy policy;
  policy.name = name;
  return policy;
}

TEST(EffectivePolicy, IsTheBuiltInOneWithoutAny) {
  const Policy policy = EffectivePolicy({}, {});
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
  EXPECT_EQ(EffectivePolicy(snapshot, {}).name, "default");
  EXPECT_EQ(EffectivePolicy(snapshot, {{"team", "payments"}}).name, "payments");
  EXPECT_EQ(EffectivePolicy(snapshot, {{"team", "payments"}}).references.max_lifetime, 2h);
  EXPECT_EQ(EffectivePolicy({{payments}, {}}, {}).name, Policy{}.name) << "nothing selects it";
}

TEST(EffectivePolicy, OfSeveralIsTheStrictestPerCheck) {
  Policy a = Named("a");
  a.literals.action = Action::kWarn;
  a.literals.minimum_confidence = detection::Confidence::kHigh;
  a.literals.disabled_rules = {"x", "y"};
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
  b.references.action = Action::kAudit;
  b.references.owner_annotations = {"team"};
  b.references.expiry_annotations = {"until"};
  b.references.max_lifetime = 20h;
  b.references.warn_before = 2h;
  b.references.expired = Action::kDeny;
  b.references.missing_secret = Action::kWarn;
  b.allowed_overrides = {Action::kWarn, Action::kDeny};
  for (const auto& order : {std::vector<Policy>{a, b}, std::vector<Policy>{b, a}}) {
    const Policy both = EffectivePolicy({order, {}}, {});
    EXPECT_EQ(both.literals.action, Action::kDeny);
    EXPECT_EQ(both.literals.minimum_confidence, detection::Confidence::kMedium);
    EXPECT_EQ(both.literals.disabled_rules, std::set<std::string>{"y"});
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
  EXPECT_EQ(EffectivePolicy({{a, b}, {}}, {}).name, "a+b");
}

TEST(EffectivePolicy, ObeysTheLabelWithinWhatIsAllowed) {
  Policy policy = Named("p");
  policy.allowed_overrides = {Action::kWarn, Action::kAudit};
  const auto mode = [&](const char* word) {
    return EffectivePolicy({{policy}, {}}, {{"keysteward.dev/enforce", word}}).mode;
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

std::string AsJson(std::string_view yaml) {
  detection::ManifestReader reader;
  const auto file = reader.Read(yaml);
  if (!file) return file.error().ToString();
  return DumpJson(ManifestJson(*file->documents[0].root));
}

TEST(ManifestJson, IsWhatTheApiServerWouldStore) {
  EXPECT_EQ(AsJson("a: yes\nb: 'yes'\nc: ~\nd: [1, -2, 1.5, 1e3]\ne: {f: off}\n"),
            R"({"a":true,"b":"yes","c":null,"d":[1,-2,1.5,1000.0],"e":{"f":false}})");
  EXPECT_EQ(AsJson("a: 1\na: 2\n"), R"({"a":2})") << "the last of a duplicate";
  EXPECT_EQ(AsJson("y: 1\n"), R"({"true":1})");
  EXPECT_EQ(AsJson("[]"), "[]");
  EXPECT_EQ(AsJson("{}"), "{}");
  EXPECT_EQ(AsJson("\"\""), "\"\"");
}

TEST(ManifestJson, KeepsNumbersThatFitNothingAsText) {
  EXPECT_EQ(AsJson("[9223372036854775807, 9223372036854775808]"),
            "[9223372036854775807,9.223372036854776e+18]");
  EXPECT_EQ(AsJson("[0x1F, 1_000, +5, .inf]"), R"(["0x1F","1_000","+5",".inf"])");
}

}  // namespace
}  // namespace keysteward::policy
