// The rules of a waiver: its end, its scope, what its author is told of a wrong object, and each
// limit from both sides.
#include "api/v1alpha1/credential_exception_validation.h"

#include <gtest/gtest.h>

#include "common/duration.h"
#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/admission_kind_builders.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CredentialExceptionBuilder;
using std::chrono::hours;
using std::chrono::seconds;

WallTime Now() { return ParseTime("2026-11-26T08:00:00Z").value(); }

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

TEST(CredentialExceptionLimits, OfEveryText) {
  const auto good =
      builders::CredentialExceptionBuilder("sandbox", WallTime(std::chrono::hours(1)));
  ExpectLimits<CredentialException>(
      good.BuildJson(),
      {{NameOf(52), NameOf(53),
        "metadata.name: must be at most 52 characters, choose a shorter name: messages quote it"},
       {TextAt("/spec/owner", "abc"), TextAt("/spec/owner", "ab"),
        "spec.owner: must be 3 to 254 characters, is 2"},
       {TextAt("/spec/owner", "«254 o»"), TextAt("/spec/owner", "«255 o»"),
        "spec.owner: must be 3 to 254 characters, is 255"},
       {TextAt("/spec/reason", "«10 r»"), TextAt("/spec/reason", "«9 r»"),
        "spec.reason: must be 10 to 512 characters, is 9"},
       {TextAt("/spec/reason", "«512 r»"), TextAt("/spec/reason", "«513 r»"),
        "spec.reason: must be 10 to 512 characters, is 513"},
       {TextAt("/spec/approvedBy", "boss"), TextAt("/spec/approvedBy", "me"),
        "spec.approvedBy: must be 3 to 254 characters, is 2"},
       {TextAt("/spec/approvedBy", "«254 a»"), TextAt("/spec/approvedBy", "«255 a»"),
        "spec.approvedBy: must be 3 to 254 characters, is 255"},
       {TextAt("/spec/scope/kind", "«63 K»"), TextAt("/spec/scope/kind", "«64 K»"),
        "spec.scope.kind: must be a kind in CamelCase, e.g. Deployment"},
       {TextAt("/spec/scope/kind", "V1Widget"), TextAt("/spec/scope/kind", "V1-Widget"),
        "spec.scope.kind: must be a kind in CamelCase, e.g. Deployment"},
       {TextAt("/spec/scope/name", "«253 n»"), TextAt("/spec/scope/name", "«254 n»"),
        "spec.scope.name: must be an object name: lower case letters, digits, - and ., e.g. "
        "stripe-live"},
       {TextAt("/spec/scope/path", "«512 p»"), TextAt("/spec/scope/path", "«513 p»"),
        "spec.scope.path: must be 0 to 512 characters, is 513"},
       {TextAt("/spec/scope/rule", "«128 r»"), TextAt("/spec/scope/rule", "«129 r»"),
        "spec.scope.rule: must be a rule id, e.g. stripe-live-key"},
       {TextAt("/spec/scope/fingerprint", "«16 f»"), TextAt("/spec/scope/fingerprint", "«16 g»"),
        "spec.scope.fingerprint: must be the 16 lower case hex digits that the refusal prints"},
       {TextAt("/spec/scope/fingerprint", "«16 0»"), TextAt("/spec/scope/fingerprint", "«17 0»"),
        "spec.scope.fingerprint: must be the 16 lower case hex digits that the refusal prints"}});
}

const Refused kRefused[] = {
    {R"({"kind": "Exception"})", "kind: must be CredentialException"},
    {R"({"metadata": {"name": "«53 n»"}})",
     "metadata.name: must be at most 52 characters, choose a shorter name: messages quote "
     "it"},
    {R"({"spec": {"owner": null}})", "spec.owner: is required"},
    {R"({"spec": {"owner": "ab"}})", "spec.owner: must be 3 to 254 characters, is 2"},
    {R"({"spec": {"owner": "«255 o»"}})", "spec.owner: must be 3 to 254 characters, is 255"},
    {R"({"spec": {"owner": 7}})", "spec.owner: must be a string"},
    {R"({"spec": {"reason": null}})", "spec.reason: is required"},
    {R"({"spec": {"reason": "too short"}})", "spec.reason: must be 10 to 512 characters, is 9"},
    {R"({"spec": {"reason": "«513 r»"}})", "spec.reason: must be 10 to 512 characters, is 513"},
    {R"({"spec": {"approvedBy": null}})", "spec.approvedBy: is required"},
    {R"({"spec": {"approvedBy": "me"}})", "spec.approvedBy: must be 3 to 254 characters, is 2"},
    {R"({"spec": {"approvedBy": "Payments-Oncall@example.com"}})",
     "spec.approvedBy: must not be the owner: name somebody else who approved the waiver"},
    {R"({"spec": {"expiresAt": null}})", "spec.expiresAt: is required, e.g. 2027-01-31T00:00:00Z"},
    {R"({"spec": {"expiresAt": "tomorrow"}})",
     "spec.expiresAt: \"tomorrow\" is not an RFC 3339 time; write for example "
     "2027-06-30T00:00:00Z"},
    {R"({"spec": {"expiresAt": "2026-13-01T00:00:00Z"}})",
     "spec.expiresAt: \"2026-13-01T00:00:00Z\" is not an RFC 3339 time; write for example "
     "2027-06-30T00:00:00Z"},
    {R"({"spec": {"expiresAt": 20260101}})", "spec.expiresAt: must be a string"},
    {R"({"spec": {"scope": null}})",
     "spec.scope: must set at least one of path, rule and fingerprint: a refusal prints "
     "all three"},
    {R"({"spec": {"scope": {"rule": null}}})",
     "spec.scope: must set at least one of path, rule and fingerprint: a refusal prints "
     "all three"},
    {R"({"spec": {"scope": {"rule": "Stripe Key"}}})",
     "spec.scope.rule: must be a rule id, e.g. stripe-live-key"},
    {R"({"spec": {"scope": {"rule": "«129 r»"}}})",
     "spec.scope.rule: must be a rule id, e.g. stripe-live-key"},
    {R"({"spec": {"scope": {"kind": "deployment"}}})",
     "spec.scope.kind: must be a kind in CamelCase, e.g. Deployment"},
    {R"({"spec": {"scope": {"kind": "«64 K»"}}})",
     "spec.scope.kind: must be a kind in CamelCase, e.g. Deployment"},
    {R"({"spec": {"scope": {"kind": "Two Words"}}})",
     "spec.scope.kind: must be a kind in CamelCase, e.g. Deployment"},
    {R"({"spec": {"scope": {"name": "../x"}}})",
     "spec.scope.name: must be an object name: lower case letters, digits, - and ., e.g. "
     "stripe-live"},
    {R"({"spec": {"scope": {"path": "«513 p»"}}})",
     "spec.scope.path: must be 0 to 512 characters, is 513"},
    {R"({"spec": {"scope": {"fingerprint": "0123456789ABCDEF"}}})",
     "spec.scope.fingerprint: must be the 16 lower case hex digits that the refusal prints"},
    {R"({"spec": {"scope": {"fingerprint": "0123456789abcde"}}})",
     "spec.scope.fingerprint: must be the 16 lower case hex digits that the refusal prints"},
    {R"({"spec": {"scope": {"fingerprint": "0123456789abcdefg"}}})",
     "spec.scope.fingerprint: must be the 16 lower case hex digits that the refusal prints"},
    {R"({"spec": {"scope": {"rule": null, "kind": "Deployment", "name": "a"}}})",
     "spec.scope: must set at least one of path, rule and fingerprint: a refusal prints "
     "all three"},
    {R"({"spec": {"scope": []}})", "spec.scope: must be an object"},
    {R"({"status": {"waivedFindings": "2"}})", "status.waivedFindings: must be an integer"},
    {R"({"status": {"lastUsedTime": "never"}})",
     "status.lastUsedTime: \"never\" is not an RFC 3339 time; write for example "
     "2027-06-30T00:00:00Z"}};

TEST(CredentialExceptionRefusals, NameTheFieldAndTheRemedy) {
  const nlohmann::json good =
      builders::CredentialExceptionBuilder("sandbox", WallTime(std::chrono::hours(500'000)))
          .BuildJson();
  ASSERT_EQ(Refusal<CredentialException>(good, "{}"), "") << "what the rows change is itself good";
  for (const Refused& row : kRefused) {
    EXPECT_EQ(Refusal<CredentialException>(good, row.patch), row.message) << row.patch;
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
