// The rules of a request: what its author is told of a wrong one, and each limit from both sides.
#include "api/v1alpha1/credential_rotation_validation.h"

#include <gtest/gtest.h>

#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/credential_rotation_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CredentialRotationBuilder;

TEST(ValidateRotation, EveryCauseWithoutSpecialDemandsIsValid) {
  for (const Cause cause : {Cause::kInitial, Cause::kSchedule, Cause::kExpiry, Cause::kOwnerChange,
                            Cause::kDecommission, Cause::kAbnormalUse, Cause::kDrift}) {
    EXPECT_EQ(Text(Validate(CredentialRotationBuilder().Because(cause).Build())), "")
        << EnumName(cause);
  }
}

TEST(ValidateRotation, PeopleSayWhy) {
  for (const Cause cause : {Cause::kManual, Cause::kLeak}) {
    EXPECT_EQ(Text(Validate(CredentialRotationBuilder().Because(cause).Build())),
              "spec.reason: is required for cause Manual and Leak: say in words why the key is "
              "rotated\n");
    EXPECT_EQ(Text(Validate(CredentialRotationBuilder().Because(cause, "audit").Build())), "");
  }
}

TEST(ValidateRotation, RevokeFirstNeedsAnEmergencyAndAReason) {
  const auto first = [](CredentialRotation& rotation) {
    rotation.spec.revoke = RevokeOrder::kFirst;
  };
  EXPECT_EQ(Text(Validate(CredentialRotationBuilder().With(first).Build())),
            "spec.revoke: First needs urgency Emergency: set urgency to Emergency, or revoke to "
            "AfterConsumers\n"
            "spec.reason: is required with revoke First: say why the outage is accepted\n");
  EXPECT_EQ(Text(Validate(CredentialRotationBuilder()
                              .Because(Cause::kLeak, "in a public repository")
                              .AsEmergency()
                              .With(first)
                              .Build())),
            "");
}

TEST(ValidateRotation, NamesOfRotationsHoldTheLongestCredentialAndItsGeneration) {
  const std::string credential(52, 'a');
  EXPECT_EQ(
      Text(Validate(CredentialRotationBuilder(credential + "-1234567890").Of(credential).Build())),
      "");
  EXPECT_NE(Text(Validate(CredentialRotationBuilder(credential + "-12345678901").Build())), "");
  EXPECT_NE(Text(Validate(CredentialRotationBuilder().Of(credential + "a").Build())), "");
}

TEST(ValidateUpdateRotation, OnlyTheSpecIsImmutable) {
  const CredentialRotation before = CredentialRotationBuilder().RequestedBy("alice").Build();
  CredentialRotation after = before;
  after.metadata.labels["a"] = "b";
  after.status.step = "Issue";
  EXPECT_EQ(Text(ValidateUpdate(before, after)), "");
  after.spec.requested_by = "mallory";
  EXPECT_EQ(Text(ValidateUpdate(before, after)),
            "spec: is immutable: create a new CredentialRotation instead\n");
}

TEST(MayBeRequested, OnlyFourCausesAreForPeople) {
  int allowed = 0;
  for (size_t i = 0; i < std::size(EnumNames<Cause>::kNames); ++i) {
    if (MayBeRequested(static_cast<Cause>(i))) ++allowed;
  }
  EXPECT_EQ(allowed, 4);
  EXPECT_TRUE(MayBeRequested(Cause::kLeak));
  EXPECT_FALSE(MayBeRequested(Cause::kSchedule));
}

TEST(CredentialRotationLimits, OfEveryText) {
  const std::string name =
      "spec.credentialRef.name: must be at most 52 characters, as every "
      "ManagedCredential's name";
  ExpectLimits<CredentialRotation>(
      builders::CredentialRotationBuilder().BuildJson(),
      {{NameOf(63), NameOf(64),
        "metadata.name: must be at most 63 characters, choose a shorter name: it is used as a "
        "label value"},
       {TextAt("/spec/credentialRef/name", "«52 n»"), TextAt("/spec/credentialRef/name", "«53 n»"),
        name},
       {TextAt("/spec/reason", "abc"), TextAt("/spec/reason", "ab"),
        "spec.reason: must be 3 to 512 characters, is 2"},
       {TextAt("/spec/reason", "«512 r»"), TextAt("/spec/reason", "«513 r»"),
        "spec.reason: must be 3 to 512 characters, is 513"},
       {TextAt("/spec/reason", ""), TextAt("/spec/cause", "Manual"),
        "spec.reason: is required for cause Manual and Leak: say in words why the key is rotated"},
       {TextAt("/spec/requestedBy", "«253 u»"), TextAt("/spec/requestedBy", "«254 u»"),
        "spec.requestedBy: must be 0 to 253 characters, is 254"}});
}

const Refused kRefused[] = {
    {R"({"kind": "Pod"})", "kind: must be CredentialRotation"},
    {R"({"metadata": {"name": "«64 n»"}})",
     "metadata.name: must be at most 63 characters, choose a shorter name: it is used as "
     "a label value"},
    {R"({"spec": {"credentialRef": null}})", "spec.credentialRef.name: is required"},
    {R"({"spec": {"credentialRef": {"name": ""}}})",
     "spec.credentialRef.name: must be an object name: lower case letters, digits, - and "
     "., e.g. stripe-live"},
    {R"({"spec": {"credentialRef": {"name": "Upper"}}})",
     "spec.credentialRef.name: must be an object name: lower case letters, digits, - and "
     "., e.g. stripe-live"},
    {R"({"spec": {"credentialRef": {"name": "«53 n»"}}})",
     "spec.credentialRef.name: must be at most 52 characters, as every "
     "ManagedCredential's name"},
    {R"({"spec": {"credentialRef": ["a"]}})", "spec.credentialRef: must be an object"},
    {R"({"spec": {"cause": null}})",
     "spec.cause: is required: Initial, Schedule, Expiry, Manual, Leak, OwnerChange, "
     "Decommission, AbnormalUse or Drift"},
    {R"({"spec": {"cause": "leak"}})",
     "spec.cause: must be Initial, Schedule, Expiry, Manual, Leak, OwnerChange, "
     "Decommission, AbnormalUse or Drift"},
    {R"({"spec": {"cause": ""}})",
     "spec.cause: must be Initial, Schedule, Expiry, Manual, Leak, OwnerChange, "
     "Decommission, AbnormalUse or Drift"},
    {R"({"spec": {"cause": 1}})", "spec.cause: must be a string"},
    {R"({"spec": {"cause": "Manual"}})",
     "spec.reason: is required for cause Manual and Leak: say in words why the key is "
     "rotated"},
    {R"({"spec": {"cause": "Leak"}})",
     "spec.reason: is required for cause Manual and Leak: say in words why the key is "
     "rotated"},
    {R"({"spec": {"cause": "Manual", "reason": "ab"}})",
     "spec.reason: must be 3 to 512 characters, is 2"},
    {R"({"spec": {"cause": "Manual", "reason": "«513 r»"}})",
     "spec.reason: must be 3 to 512 characters, is 513"},
    {R"({"spec": {"reason": 7}})", "spec.reason: must be a string"},
    {R"({"spec": {"compromised": "Current"}})",
     "spec.compromised: may be set only with cause Leak: remove it, or set cause to Leak"},
    {R"({"spec": {"cause": "Leak", "reason": "SEC-1", "compromised": "Old"}})",
     "spec.compromised: must be Current, Previous or All"},
    {R"({"spec": {"urgency": "High"}})", "spec.urgency: must be Normal or Emergency"},
    {R"({"spec": {"revoke": "First"}})",
     "spec.revoke: First needs urgency Emergency: set urgency to Emergency, or revoke to "
     "AfterConsumers | spec.reason: is required with revoke First: say why the outage is "
     "accepted"},
    {R"({"spec": {"revoke": "First", "urgency": "Emergency"}})",
     "spec.reason: is required with revoke First: say why the outage is accepted"},
    {R"({"spec": {"revoke": "Now"}})", "spec.revoke: must be AfterConsumers or First"},
    {R"({"spec": {"requestedBy": "«254 u»"}})",
     "spec.requestedBy: must be 0 to 253 characters, is 254"},
    {R"({"spec": {"requestedBy": {}}})", "spec.requestedBy: must be a string"},
    {R"({"spec": null})", "spec.credentialRef.name: is required"},
    {R"({"spec": "x"})", "spec: must be an object"},
    {R"({"status": {"steps": {}}})", "status.steps: must be a list"},
    {R"({"status": {"steps": [{}]}})", "status.steps[0].name: is required"},
    {R"({"status": {"steps": [{"name": "Issue", "startedAt": "noon"}]}})",
     "status.steps[0].startedAt: \"noon\" is not an RFC 3339 time; write for example "
     "2027-06-30T00:00:00Z"},
    {R"({"status": {"newKey": []}})", "status.newKey: must be an object"},
    {R"({"status": {"oldKey": {"generation": "1"}}})",
     "status.oldKey.generation: must be an integer"},
    {R"({"status": {"result": "Done"}})",
     "status.result: must be Proven, Completed, RolledBack, Failed or Superseded"},
    {R"({"status": {"urgency": "Soon"}})", "status.urgency: must be Normal or Emergency"},
    {R"({"status": {"consumers": {"details": [{"kind": "Pod", "name": "a",
 "gate": "Open"}]}}})",
     "status.consumers.details[0].gate: must be Current, Waiting or Blocked"},
    {R"({"status": {"evidence": [{"type": "Issued"}]}})", "status.evidence[0].hash: is required"},
    {R"({"status": {"evidence": [{"type": "Issued", "hash": "h", "data": []}]}})",
     "status.evidence[0].data: must be an object"},
    {R"({"status": {"generation": 1.5}})", "status.generation: must be an integer"},
    {R"({"status": {"conditions": [{"type": "Complete"}]}})",
     "status.conditions[0].status: is required"}};

TEST(CredentialRotationRefusals, NameTheFieldAndTheRemedy) {
  const nlohmann::json good = builders::CredentialRotationBuilder().BuildJson();
  ASSERT_EQ(Refusal<CredentialRotation>(good, "{}"), "") << "what the rows change is itself good";
  for (const Refused& row : kRefused) {
    EXPECT_EQ(Refusal<CredentialRotation>(good, row.patch), row.message) << row.patch;
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
