// Wrong objects of the kind CredentialException and what their authors are told: the field, and
// what belongs there.
#include <gtest/gtest.h>

#include "api/v1alpha1/credential_exception_validation.h"
#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/admission_kind_builders.h"

namespace keysteward::api::v1alpha1 {
namespace {

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
