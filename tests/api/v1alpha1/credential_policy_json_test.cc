// Every member of a policy, read into the field it belongs to, and the defaults that an owner may
// rely on by leaving a member out.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/v1alpha1/credential_policy_types.h"
#include "tests/api/v1alpha1/read_part.h"
#include "tests/builders/admission_kind_builders.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CredentialPolicyBuilder;
using nlohmann::json;
using std::chrono::hours;

TEST(CredentialPolicyJson, AnEmptySpecIsTheBuiltInDefault) {
  const json object = {{"kind", "CredentialPolicy"}, {"spec", json::object()}};
  EXPECT_EQ(Decode<CredentialPolicy>(object).value().spec, CredentialPolicySpec{});
}

TEST(CredentialPolicyJson, TheBuiltInDefaultIsTheDocumentedOne) {
  EXPECT_EQ(ToJson(CredentialPolicySpec{}), json::parse(R"({
    "action": "Deny", "namespaceSelector": {},
    "allowedOverrides": ["Deny", "Warn", "Audit", "Off"],
    "literals": {"minimumConfidence": "High"},
    "references": {"ownerAnnotations": ["keysteward.dev/owner"],
                   "expiryAnnotations": ["keysteward.dev/expires-at"], "maxLifetime": "8760h",
                   "warnBefore": "168h", "expired": "Deny", "missingSecret": "Warn"},
    "existing": "Report"})"));
}

TEST(CredentialPolicyJson, AnEmptyListOfOverridesAllowsNone) {
  json object = CredentialPolicyBuilder().BuildJson();
  object["spec"]["allowedOverrides"] = json::array();
  EXPECT_TRUE(Decode<CredentialPolicy>(object).value().spec.allowed_overrides.empty());
  object["spec"].erase("allowedOverrides");
  EXPECT_EQ(Decode<CredentialPolicy>(object).value().spec.allowed_overrides.size(), 4U);
  object["spec"]["allowedOverrides"] = {"off"};
  EXPECT_EQ(Decode<CredentialPolicy>(object).error().message,
            "CredentialPolicy: spec.allowedOverrides: must hold Deny, Warn, Audit or Off");
}

TEST(CredentialPolicyJson, APartsActionFallsBackToThePolicys) {
  json object = CredentialPolicyBuilder().WithAction(PolicyAction::kWarn).BuildJson();
  object["spec"]["references"]["action"] = "Audit";
  const CredentialPolicySpec spec = Decode<CredentialPolicy>(object).value().spec;
  EXPECT_EQ(spec.literals.action.value_or(spec.action), PolicyAction::kWarn);
  EXPECT_EQ(spec.references.action.value_or(spec.action), PolicyAction::kAudit);
}

constexpr const char* kPolicy = R"({
  "action": "Warn", "existing": "Enforce", "allowedOverrides": ["Audit"],
  "namespaceSelector": {"matchLabels": {"team": "payments"}},
  "literals": {"action": "Audit", "minimumConfidence": "Low", "disabledRules": ["stripe-live-key"]},
  "references": {"action": "Deny", "ownerAnnotations": ["o"], "expiryAnnotations": ["e1", "e2"],
                 "maxLifetime": "100h", "warnBefore": "10h", "expired": "Warn",
                 "missingSecret": "Audit"}})";

TEST(CredentialPolicySpecJson, EveryMemberStandsInItsOwnField) {
  const auto spec = ReadSpec<CredentialPolicy>(kPolicy);
  EXPECT_EQ(spec.action, PolicyAction::kWarn);
  EXPECT_EQ(spec.existing, ExistingMode::kEnforce);
  EXPECT_EQ(spec.allowed_overrides, std::vector<EnforceMode>{EnforceMode::kAudit});
  EXPECT_TRUE(spec.namespace_selector.Matches({{"team", "payments"}}));
  EXPECT_FALSE(spec.namespace_selector.Matches({}));
  EXPECT_EQ(spec.literals,
            (LiteralPolicy{PolicyAction::kAudit, Confidence::kLow, {"stripe-live-key"}}));
  EXPECT_EQ(spec.references, (ReferencePolicy{PolicyAction::kDeny,
                                              {"o"},
                                              {"e1", "e2"},
                                              hours(100),
                                              hours(10),
                                              PolicyAction::kWarn,
                                              PolicyAction::kAudit}));
}

TEST(CredentialPolicySpecJson, IsWrittenAsItWasRead) {
  EXPECT_EQ(ToJson(ReadSpec<CredentialPolicy>(kPolicy)), json::parse(kPolicy));
}

TEST(CredentialPolicyStatusJson, EveryMemberStandsInItsOwnField) {
  const auto policy =
      WithStatus<CredentialPolicy>(
          builders::CredentialPolicyBuilder().BuildJson(),
          R"({"observedGeneration": 3, "namespaces": 4, "conditions": [{"type": "Ready", "status": "True"}]})")
          .status;
  EXPECT_EQ(policy.observed_generation, 3);
  EXPECT_EQ(policy.namespaces, 4);
  EXPECT_TRUE(IsTrue(policy.conditions, "Ready"));
}

TEST(CredentialPolicyStatusJson, BeforeTheFirstLookNothingIsObserved) {
  EXPECT_EQ(ToJson(CredentialPolicyStatus{}),
            (json{{"observedGeneration", -1}, {"namespaces", 0}}));
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
