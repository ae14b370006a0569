// A request and its journal: every member in its own field, and what a newer operator wrote stays.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/v1alpha1/credential_rotation_types.h"
#include "common/duration.h"
#include "tests/api/v1alpha1/read_part.h"
#include "tests/builders/credential_rotation_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CredentialRotationBuilder;
using nlohmann::json;
using std::chrono::seconds;

WallTime Start() { return ParseTime("2026-11-26T08:00:00Z").value(); }

TEST(CredentialRotationJson, AJournalSurvivesARestart) {
  const CredentialRotation rotation = CredentialRotationBuilder("stripe-live-8")
                                          .Because(Cause::kLeak, "SEC-123: key seen in build log")
                                          .AsEmergency()
                                          .RequestedBy("alice")
                                          .ForGeneration(8, "inst-uid-8-1")
                                          .WithStepDone("Issue", Start(), Start() + seconds(1))
                                          .WithStepRunning("Stage", Start() + seconds(1))
                                          .WithNewKey("key_8")
                                          .WithOldKey(7, "key_7")
                                          .Build();
  const CredentialRotation again = Decode<CredentialRotation>(ToJson(rotation)).value();
  EXPECT_EQ(again.spec, rotation.spec);
  EXPECT_EQ(again.status, rotation.status);
  ASSERT_NE(again.status.FindStep("Stage"), nullptr);
  EXPECT_FALSE(again.status.FindStep("Stage")->completed_at);
  EXPECT_EQ(again.status.FindStep("Probe"), nullptr);
}

TEST(CredentialRotationJson, AStepOfANewerOperatorIsKept) {
  json object = CredentialRotationBuilder().BuildJson();
  object["status"]["schemaVersion"] = 99;
  object["status"]["steps"] = json::array({json{{"name", "Transmogrify"}}});
  const CredentialRotation rotation = Decode<CredentialRotation>(object).value();
  EXPECT_EQ(rotation.status.schema_version, 99);
  EXPECT_EQ(ToJson(rotation)["status"]["steps"][0]["name"], "Transmogrify");
}

TEST(CredentialRotationJson, NothingIsWrittenBeforeItIsKnown) {
  const json status = ToJson(CredentialRotationStatus{});
  for (const char* name : {"generation", "revision", "schemaVersion", "token", "urgency", "result",
                           "newKey", "oldKey", "steps", "evidence", "conditions", "took"}) {
    EXPECT_FALSE(status.contains(name)) << name;
  }
}

TEST(CredentialRotationJson, AnEndedRotationSaysHow) {
  const CredentialRotation rotation =
      CredentialRotationBuilder().Ended(RotationResult::kRolledBack, Start()).Build();
  const json status = ToJson(rotation.status);
  EXPECT_EQ(status["result"], "RolledBack");
  EXPECT_EQ(status["conditions"][0]["type"], "Complete");
  EXPECT_EQ(status["conditions"][0]["lastTransitionTime"], "2026-11-26T08:00:00Z");
}

TEST(CredentialRotationSpecJson, EveryMemberStandsInItsOwnField) {
  const auto spec = ReadSpec<CredentialRotation>(R"({
      "credentialRef": {"name": "stripe"}, "cause": "Leak", "compromised": "Previous",
      "reason": "SEC-1", "urgency": "Emergency", "revoke": "First", "requestedBy": "alice"})");
  EXPECT_EQ(spec, (CredentialRotationSpec{"stripe", Cause::kLeak, Compromised::kPrevious, "SEC-1",
                                          Urgency::kEmergency, RevokeOrder::kFirst, "alice"}));
}

TEST(CredentialRotationSpecJson, WithoutMoreARotationIsNormalAndRevokesLast) {
  const auto spec =
      ReadSpec<CredentialRotation>(R"({"credentialRef": {"name": "stripe"}, "cause": "Schedule"})");
  EXPECT_EQ(spec.compromised, std::nullopt);
  EXPECT_EQ(spec.urgency, Urgency::kNormal);
  EXPECT_EQ(spec.revoke, RevokeOrder::kAfterConsumers) << "an outage is asked for, never assumed";
  EXPECT_EQ(ToJson(spec), json::parse(R"({"credentialRef": {"name": "stripe"},
      "cause": "Schedule", "urgency": "Normal", "revoke": "AfterConsumers"})"));
}

TEST(CredentialRotationStatusJson, EveryMemberStandsInItsOwnField) {
  const CredentialRotationStatus status =
      WithStatus<CredentialRotation>(builders::CredentialRotationBuilder().BuildJson(), R"({
        "observedGeneration": 1, "generation": 8, "revision": 80, "schemaVersion": 2,
        "token": "inst-8-1", "urgency": "Emergency", "step": "Deliver", "took": "3m",
        "newKey": {"id": "key_8", "digest": "d8", "issuedAt": "2027-01-01T01:00:00Z",
                   "expiresAt": "2027-01-01T02:00:00Z"},
        "oldKey": {"id": "key_7", "generation": 7, "digest": "d7"},
        "consumers": {"total": 3, "current": 2,
                      "details": [{"kind": "DaemonSet", "name": "a", "gate": "Blocked",
                                   "reason": "NodeLost"}]},
        "result": "RolledBack", "conditions": [{"type": "Complete", "status": "True"}]})")
          .status;
  EXPECT_EQ(status.observed_generation, 1);
  EXPECT_EQ(status.generation, 8);
  EXPECT_EQ(status.revision, 80);
  EXPECT_EQ(status.schema_version, 2);
  EXPECT_EQ(status.token, "inst-8-1");
  EXPECT_EQ(status.urgency, Urgency::kEmergency);
  EXPECT_EQ(status.step, "Deliver");
  EXPECT_EQ(status.took, "3m");
  EXPECT_EQ(status.new_key, (NewKey{"key_8", "d8", Hour(1), Hour(2)}));
  EXPECT_EQ(status.old_key, (OldKey{"key_7", 7, "d7"}));
  EXPECT_EQ(status.consumers,
            (RotationConsumers{3, 2, {{"DaemonSet", "a", Gate::kBlocked, "NodeLost"}}}));
  EXPECT_EQ(status.result, RotationResult::kRolledBack);
  EXPECT_TRUE(IsTrue(status.conditions, "Complete"));
}

TEST(CredentialRotationStatusJson, AStepAndAnEntryOfTheEvidence) {
  const CredentialRotationStatus status =
      WithStatus<CredentialRotation>(builders::CredentialRotationBuilder().BuildJson(), R"({
        "steps": [{"name": "Issue", "startedAt": "2027-01-01T01:00:00Z",
                   "completedAt": "2027-01-01T02:00:00Z", "attempts": 3, "proof": "p",
                   "message": "m"}],
        "evidence": [{"seq": 41, "at": "2027-01-01T03:00:00Z", "type": "KeyIssued",
                      "data": {"a": 1}, "previous": "sha256:0", "hash": "sha256:1",
                      "signature": "c2ln", "keyId": "k"}]})")
          .status;
  ASSERT_EQ(status.steps.size(), 1U);
  EXPECT_EQ(status.steps[0], (RotationStep{"Issue", Hour(1), Hour(2), 3, "p", "m"}));
  ASSERT_EQ(status.evidence.size(), 1U);
  EXPECT_EQ(status.evidence[0], (EvidenceEntry{41, Hour(3), "KeyIssued", R"({"a":1})", "sha256:0",
                                               "sha256:1", "c2ln", "k"}));
}

TEST(CredentialRotationStatusJson, ARunningRotationHasNoResult) {
  const CredentialRotationStatus status =
      WithStatus<CredentialRotation>(builders::CredentialRotationBuilder().BuildJson(),
                                     R"({"steps": [{"name": "Issue"}]})")
          .status;
  EXPECT_EQ(status.result, std::nullopt);
  EXPECT_EQ(status.urgency, std::nullopt);
  EXPECT_EQ(status.old_key, std::nullopt) << "a first key ends none";
  EXPECT_EQ(status.steps[0].completed_at, std::nullopt);
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
