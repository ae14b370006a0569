#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_exception_validation.h"
#include "api/v1alpha1/credential_policy_validation.h"
#include "api/v1alpha1/credential_revocation_validation.h"
#include "common/duration.h"
#include "tests/builders/admission_kind_builders.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CredentialExceptionBuilder;
using builders::CredentialPolicyBuilder;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::seconds;

WallTime Now() { return ParseTime("2026-11-26T08:00:00Z").value(); }

std::string Text(const FieldErrors& errors) {
  std::string out;
  for (const FieldError& error : errors) out += error.ToString() + "\n";
  return out;
}

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

TEST(ValidatePolicy, TheDefaultIsValid) {
  EXPECT_EQ(Text(Validate(CredentialPolicyBuilder().Build())), "");
}

TEST(ValidatePolicy, TellsEveryMistake) {
  const CredentialPolicy policy = CredentialPolicyBuilder()
                                      .With([](CredentialPolicySpec& spec) {
                                        spec.literals.disabled_rules = {"ok", "Not OK", "ok"};
                                        spec.references.owner_annotations = {};
                                        spec.references.warn_before = hours(8760);
                                      })
                                      .Build();
  EXPECT_EQ(Text(Validate(policy)),
            "spec.literals.disabledRules[1]: must be a rule id, e.g. stripe-live-key\n"
            "spec.literals.disabledRules[2]: must not be listed twice\n"
            "spec.references.ownerAnnotations: must hold 1 to 16 annotation keys; leave it out for "
            "the default\n"
            "spec.references.warnBefore: must be shorter than maxLifetime: every Secret would "
            "cause a warning\n");
}

TEST(CredentialExceptionJson, TheBuildersObjectSurvives) {
  const CredentialException waiver = CredentialExceptionBuilder("sandbox", Now()).Build();
  EXPECT_EQ(Decode<CredentialException>(ToJson(waiver)).value().spec, waiver.spec);
}

TEST(ValidateException, EndsWithinNinetyDaysOfBeingWritten) {
  const auto ending = [](WallTime end) {
    return Text(ValidateCreate(CredentialExceptionBuilder("sandbox", end).Build(), Now()));
  };
  EXPECT_EQ(ending(Now() + seconds(1)), "");
  EXPECT_EQ(ending(Now() + hours(90 * 24)), "");
  EXPECT_EQ(ending(Now() + hours(90 * 24) + seconds(1)),
            "spec.expiresAt: is more than 90 days ahead: choose an earlier end and renew the "
            "waiver then\n");
  EXPECT_EQ(ending(Now()), "spec.expiresAt: is in the past: choose a time at most 90 days ahead\n");
}

TEST(ValidateException, APolicyMayAllowLongerWaivers) {
  const CredentialException waiver =
      CredentialExceptionBuilder("sandbox", Now() + hours(100 * 24)).Build();
  EXPECT_EQ(Text(ValidateCreate(waiver, Now(), hours(180 * 24))), "");
}

TEST(ValidateException, AnEndedWaiverStaysEditableButNotItsEnd) {
  const CredentialException before =
      CredentialExceptionBuilder("sandbox", Now() - hours(1)).Build();
  CredentialException after = before;
  after.spec.reason = "Test key of another sandbox";
  EXPECT_EQ(Text(ValidateUpdate(before, after, Now())), "");
  after.spec.expires_at = Now() + hours(91 * 24);
  EXPECT_NE(Text(ValidateUpdate(before, after, Now())), "");
}

TEST(ValidateException, NeedsAScopeOfItsOwn) {
  const auto scope = [](ExceptionScope value) {
    return Text(Validate(CredentialExceptionBuilder("x", Now())
                             .With([&](CredentialExceptionSpec& spec) { spec.scope = value; })
                             .Build()));
  };
  EXPECT_EQ(scope({"Deployment", "checkout", "", "", ""}),
            "spec.scope: must set at least one of path, rule and fingerprint: a refusal prints all "
            "three\n");
  EXPECT_EQ(scope({"", "", "spec.x", "", ""}), "");
  EXPECT_EQ(scope({"", "", "", "", "9f3c0a1b2c3d4e5f"}), "");
  EXPECT_EQ(scope({"", "", "", "", "9f3c"}),
            "spec.scope.fingerprint: must be the 16 lower case hex digits that the refusal "
            "prints\n");
}

TEST(CredentialRevocationJson, TheRecordSurvives) {
  CredentialRevocation revocation = builders::MakeCredentialRevocation("uid-7");
  revocation.status.state = RevocationState::kUnrevoked;
  revocation.status.checkpoint =
      EvidenceCheckpoint{"stripe-live-7", 1, 42, "sha256:0", "c2ln", "k"};
  const CredentialRevocation again = Decode<CredentialRevocation>(ToJson(revocation)).value();
  EXPECT_EQ(again.spec, revocation.spec);
  EXPECT_EQ(again.status, revocation.status);
}

TEST(ValidateRevocation, TheRecordOfAKeyNeverChanges) {
  const CredentialRevocation before = builders::MakeCredentialRevocation("uid-7");
  EXPECT_EQ(Text(Validate(before)), "");
  CredentialRevocation after = before;
  after.status.state = RevocationState::kRevoked;
  EXPECT_EQ(Text(ValidateUpdate(before, after)), "");
  after.spec.key.id = "key_2";
  EXPECT_EQ(Text(ValidateUpdate(before, after)),
            "spec: is immutable: it is the record of one key\n");
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
