#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/credential_rotation_validation.h"
#include "common/duration.h"
#include "tests/builders/credential_rotation_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CredentialRotationBuilder;
using nlohmann::json;
using std::chrono::seconds;

WallTime Start() { return ParseTime("2026-11-26T08:00:00Z").value(); }

std::string Text(const FieldErrors& errors) {
  std::string out;
  for (const FieldError& error : errors) out += error.ToString() + "\n";
  return out;
}

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

TEST(CredentialRotationJson, EvidenceKeepsItsDataToTheLetter) {
  json object = CredentialRotationBuilder().BuildJson();
  const json data = {{"count", 3}, {"names", {"a", "b"}}, {"nested", {{"z", 1}, {"a", "ä"}}}};
  object["status"]["evidence"] =
      json::array({json{{"seq", 1}, {"type", "KeyIssued"}, {"hash", "sha256:00"}, {"data", data}}});
  const CredentialRotation rotation = Decode<CredentialRotation>(object).value();
  EXPECT_EQ(rotation.status.evidence.at(0).data,
            R"({"count":3,"names":["a","b"],"nested":{"a":"ä","z":1}})");
  EXPECT_EQ(ToJson(rotation)["status"]["evidence"][0]["data"], data);
}

TEST(CredentialRotationJson, EvidenceDataThatIsNoObjectIsRefusedOrEmptied) {
  json object = CredentialRotationBuilder().BuildJson();
  object["status"]["evidence"] =
      json::array({json{{"seq", 1}, {"type", "X"}, {"hash", "h"}, {"data", "text"}}});
  EXPECT_EQ(Decode<CredentialRotation>(object).error().message,
            "CredentialRotation: status.evidence[0].data: must be an object");
  CredentialRotationStatus status;
  status.evidence.push_back({.seq = 1,
                             .at = {},
                             .type = "X",
                             .data = "not json",
                             .previous = {},
                             .hash = "h",
                             .signature = {},
                             .key_id = {}});
  EXPECT_EQ(ToJson(status)["evidence"][0]["data"], json::object());
}

TEST(CredentialRotationJson, AnEndedRotationSaysHow) {
  const CredentialRotation rotation =
      CredentialRotationBuilder().Ended(RotationResult::kRolledBack, Start()).Build();
  const json status = ToJson(rotation.status);
  EXPECT_EQ(status["result"], "RolledBack");
  EXPECT_EQ(status["conditions"][0]["type"], "Complete");
  EXPECT_EQ(status["conditions"][0]["lastTransitionTime"], "2026-11-26T08:00:00Z");
}

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

}  // namespace
}  // namespace keysteward::api::v1alpha1
