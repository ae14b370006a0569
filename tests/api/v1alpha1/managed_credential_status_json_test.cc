// Every member of the status, read into the field it belongs to. A round trip would not see two
// members that are swapped on the way in and on the way out; a revision taken for a generation
// would end the wrong key.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/v1alpha1/managed_credential_types.h"
#include "common/duration.h"
#include "tests/api/v1alpha1/read_part.h"
#include "tests/builders/managed_credential_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using nlohmann::json;

// "" for a status that can be read.
std::string ErrorOf(const json& status) {
  json object = builders::ManagedCredentialBuilder().BuildJson();
  object["status"] = status;
  const Result<ManagedCredential> decoded = Decode<ManagedCredential>(object);
  return decoded ? "" : decoded.error().message;
}

TEST(ManagedCredentialStatusJson, EveryMemberStandsInItsOwnField) {
  const ManagedCredentialStatus status =
      WithStatus<ManagedCredential>(builders::ManagedCredentialBuilder().BuildJson(), R"({
        "observedGeneration": 1, "lastGeneration": 2, "revision": 3, "settledRevision": 4,
        "activeRotation": "r-5", "nextRotationTime": "2027-01-01T01:00:00Z",
        "expiresAt": "2027-01-01T02:00:00Z",
        "consumers": {"total": 6, "current": 5,
                      "waiting": [{"kind": "Deployment", "name": "a", "reason": "RolloutStuck"}]},
        "evidence": {"head": "sha256:1", "entries": 7,
                     "checkpoint": {"rotation": "r-4", "first": 1, "last": 6, "head": "sha256:0",
                                    "signature": "c2ln", "keyId": "k"}},
        "failures": {"count": 8, "lastTime": "2027-01-01T03:00:00Z", "reason": "Refused"},
        "conditions": [{"type": "Ready", "status": "False"}]})")
          .status;
  EXPECT_EQ(status.observed_generation, 1);
  EXPECT_EQ(status.last_generation, 2);
  EXPECT_EQ(status.revision, 3);
  EXPECT_EQ(status.settled_revision, 4);
  EXPECT_EQ(status.active_rotation, "r-5");
  EXPECT_EQ(status.next_rotation_time, Hour(1));
  EXPECT_EQ(status.expires_at, Hour(2));
  EXPECT_EQ(status.consumers, (ConsumerCounts{6, 5, {{"Deployment", "a", "RolloutStuck"}}}));
  EXPECT_EQ(status.evidence.head, "sha256:1");
  EXPECT_EQ(status.evidence.entries, 7);
  EXPECT_EQ(status.evidence.checkpoint, (EvidenceCheckpoint{"r-4", 1, 6, "sha256:0", "c2ln", "k"}));
  EXPECT_EQ(status.failures, (FailureCount{8, Hour(3), "Refused"}));
  ASSERT_EQ(status.conditions.size(), 1U);
  EXPECT_FALSE(IsTrue(status.conditions, "Ready"));
}

TEST(ManagedCredentialStatusJson, ACurrentAndAPreviousKeyAreNeverMixedUp) {
  const ManagedCredentialStatus status =
      WithStatus<ManagedCredential>(builders::ManagedCredentialBuilder().BuildJson(), R"({
        "current": {"generation": 8, "revision": 80, "keyId": "key_8", "digest": "d8",
                    "issuedAt": "2027-01-01T01:00:00Z", "expiresAt": "2027-01-01T02:00:00Z",
                    "rotation": "r-8"},
        "previous": {"generation": 7, "revision": 70, "keyId": "key_7", "digest": "d7",
                     "state": "Disabled"}})")
          .status;
  EXPECT_EQ(status.current, (CurrentKey{8, 80, "key_8", "d8", Hour(1), Hour(2), "r-8"}));
  EXPECT_EQ(status.previous, (PreviousKeyStatus{7, 70, "key_7", "d7", PreviousState::kDisabled}));
}

TEST(ManagedCredentialStatusJson, WhatTheProviderDidNotSayIsUnknownNotNow) {
  const ManagedCredentialStatus status =
      WithStatus<ManagedCredential>(builders::ManagedCredentialBuilder().BuildJson(),
                                    R"({"current": {"generation": 1}, "previous": {}})")
          .status;
  EXPECT_EQ(status.current->issued_at, std::nullopt);
  EXPECT_EQ(status.current->expires_at, std::nullopt);
  EXPECT_EQ(status.previous->state, PreviousState::kLive) << "never revoked without a proof";
  EXPECT_EQ(status.expires_at, std::nullopt);
  EXPECT_FALSE(ToJson(status).contains("columns"));
}

TEST(ManagedCredentialStatusJson, WritesShortTimesForTheColumns) {
  ManagedCredentialStatus status;
  EXPECT_FALSE(ToJson(status).contains("columns"));
  status.expires_at = ParseTime("2027-02-21T09:00:59Z").value();
  status.next_rotation_time = ParseTime("2026-12-20T02:00:00Z").value();
  EXPECT_EQ(ToJson(status)["columns"],
            json({{"expires", "2027-02-21T09:00Z"}, {"next", "2026-12-20T02:00Z"}}));
  EXPECT_EQ(ToJson(status)["expiresAt"], "2027-02-21T09:00:59Z");
}

TEST(ManagedCredentialStatusJson, SumsUpConsumersForTheColumn) {
  ManagedCredentialStatus status;
  status.consumers.total = 5;
  status.consumers.current = 3;
  EXPECT_EQ(ToJson(status)["consumers"]["summary"], "3/5");
}

TEST(ManagedCredentialStatusJson, ColumnsAreNeverReadBack) {
  EXPECT_EQ(ErrorOf({{"columns", {{"expires", 7}}}, {"consumers", {{"summary", 7}}}}), "");
}

TEST(ManagedCredentialStatusJson, ADriftSurvivesAlsoWhenNothingIsKnownOfIt) {
  ManagedCredentialStatus status;
  for (const SecretDrift& drift :
       {SecretDrift{}, SecretDrift{.since = ParseTime("2026-11-26T10:00:00Z").value(),
                       .revision = 5,
                       .restored_at = ParseTime("2026-11-26T10:00:07Z").value()}}) {
    status.drift = drift;
    const std::string written = ToJson(status).dump();
    EXPECT_EQ(WithStatus<ManagedCredential>(builders::ManagedCredentialBuilder().BuildJson(),
                                            written.c_str())
                  .status.drift,
              drift);
  }
  status.drift.reset();
  EXPECT_FALSE(ToJson(status).contains("drift"));
}

TEST(ManagedCredentialStatusJson, CountersAreWrittenEvenWhenZeroSoThatTheyNeverVanish) {
  const json status = ToJson(ManagedCredentialStatus{});
  for (const char* name : {"lastGeneration", "revision", "settledRevision"}) {
    EXPECT_EQ(status[name], 0) << name;
  }
  EXPECT_EQ(status["observedGeneration"], -1);
}

TEST(ManagedCredentialStatusJson, AWrongTypeIsNamedByItsPath) {
  const std::pair<json, const char*> rows[] = {
      {{{"revision", UINT64_MAX}}, "revision: is out of range"},
      {{{"revision", 1.5}}, "revision: must be an integer"},
      {{{"lastGeneration", "7"}}, "lastGeneration: must be an integer"},
      {{{"activeRotation", 7}}, "activeRotation: must be a string"},
      {{{"current", "key_7"}}, "current: must be an object"},
      {{{"current", {{"keyId", 7}}}}, "current.keyId: must be a string"},
      {{{"previous", {{"state", "Gone"}}}},
       "previous.state: must be Live, Disabled, Revoked, Unrevoked, Kept or Retired"},
      {{{"consumers", {{"waiting", {{{"kind", 7}}}}}}},
       "consumers.waiting[0].kind: must be a string"},
      {{{"evidence", {{"entries", true}}}}, "evidence.entries: must be an integer"},
      {{{"drift", json::array()}}, "drift: must be an object"},
      {{{"conditions", json::object()}}, "conditions: must be a list"}};
  for (const auto& [status, message] : rows) {
    EXPECT_EQ(ErrorOf(status), std::string("ManagedCredential: status.") + message);
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
