// Every member of the statuses, read into the field it belongs to. A round trip would not see two
// members that are swapped on the way in and on the way out; a revision taken for a generation
// would end the wrong key.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/credential_issuer_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "common/duration.h"
#include "tests/builders/admission_kind_builders.h"
#include "tests/builders/credential_issuer_builder.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using nlohmann::json;

WallTime Hour(int hour) {
  return ParseTime("2027-01-01T00:00:00Z").value() + std::chrono::hours(hour);
}

template <typename T>
T WithStatus(json object, const char* status) {
  object["status"] = json::parse(status);
  const Result<T> decoded = Decode<T>(object);
  EXPECT_TRUE(decoded) << decoded.error().ToString();
  return decoded ? *decoded : T{};
}

constexpr const char* kConditions = R"([{"type": "Ready", "status": "True"}])";

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

TEST(CredentialRevocationStatusJson, EveryMemberStandsInItsOwnField) {
  const CredentialRevocation revocation =
      WithStatus<CredentialRevocation>(ToJson(builders::MakeCredentialRevocation("uid-1")), R"({
        "observedGeneration": 1, "state": "Revoked", "attempts": 2,
        "lastAttemptTime": "2027-01-01T01:00:00Z", "revokedAt": "2027-01-01T02:00:00Z",
        "message": "m", "checkpoint": {"rotation": "r", "first": 1, "last": 2, "head": "h",
                                       "signature": "s", "keyId": "k"},
        "conditions": [{"type": "Ready", "status": "True"}]})");
  const CredentialRevocationStatus& status = revocation.status;
  EXPECT_EQ(status.observed_generation, 1);
  EXPECT_EQ(status.state, RevocationState::kRevoked);
  EXPECT_EQ(status.attempts, 2);
  EXPECT_EQ(status.last_attempt_time, Hour(1));
  EXPECT_EQ(status.revoked_at, Hour(2));
  EXPECT_EQ(status.message, "m");
  EXPECT_EQ(status.checkpoint, (EvidenceCheckpoint{"r", 1, 2, "h", "s", "k"}));
  EXPECT_TRUE(IsTrue(status.conditions, "Ready"));
}

TEST(CredentialRevocationStatusJson, NothingIsRevokedByLeavingTheStateOut) {
  const auto status =
      WithStatus<CredentialRevocation>(ToJson(builders::MakeCredentialRevocation("uid-1")), "{}")
          .status;
  EXPECT_EQ(status.state, RevocationState::kPending);
  EXPECT_EQ(status.revoked_at, std::nullopt);
  EXPECT_EQ(ToJson(status)["state"], "Pending");
}

TEST(CredentialRevocationSpecJson, EveryMemberStandsInItsOwnField) {
  const json object = json::parse(R"({"kind": "CredentialRevocation", "spec": {
      "credential": {"namespace": "ns", "name": "cred", "uid": "u-cred"},
      "key": {"generation": 7, "id": "key_7", "digest": "d7"},
      "issuer": {"kind": "ClusterCredentialIssuer", "namespace": "ns-i", "name": "acme",
                 "uid": "u-acme", "secretName": "copy"},
      "stagedSecretName": "staged", "reason": "NamespaceDeleted"}})");
  const Result<CredentialRevocation> revocation = Decode<CredentialRevocation>(object);
  ASSERT_TRUE(revocation) << revocation.error().ToString();
  const CredentialRevocationSpec& spec = revocation->spec;
  EXPECT_EQ(spec.credential, (RevokedCredential{"ns", "cred", "u-cred"}));
  EXPECT_EQ(spec.key, (RevokedKey{7, "key_7", "d7"}));
  EXPECT_EQ(spec.issuer, (IssuerSnapshot{IssuerKind::kClusterCredentialIssuer, "ns-i", "acme",
                                         "u-acme", "copy"}));
  EXPECT_EQ(spec.staged_secret_name, "staged");
  EXPECT_EQ(spec.reason, "NamespaceDeleted");
  EXPECT_EQ(ToJson(spec), object["spec"]);
}

TEST(SmallStatusesJson, EveryMemberStandsInItsOwnField) {
  const std::string conditions = std::string(R"("conditions": )") + kConditions + "}";
  const auto issuer =
      WithStatus<CredentialIssuer>(
          builders::CredentialIssuerBuilder().BuildJson(),
          (R"({"observedGeneration": 1, "type": "HTTP", "credentials": 2, )" + conditions).c_str())
          .status;
  EXPECT_EQ(issuer.observed_generation, 1);
  EXPECT_EQ(issuer.type, "HTTP");
  EXPECT_EQ(issuer.credentials, 2);
  EXPECT_TRUE(IsTrue(issuer.conditions, "Ready"));
  const auto policy = WithStatus<CredentialPolicy>(
                          builders::CredentialPolicyBuilder().BuildJson(),
                          (R"({"observedGeneration": 3, "namespaces": 4, )" + conditions).c_str())
                          .status;
  EXPECT_EQ(policy.observed_generation, 3);
  EXPECT_EQ(policy.namespaces, 4);
  EXPECT_TRUE(IsTrue(policy.conditions, "Ready"));
  const auto waiver = WithStatus<CredentialException>(
                          builders::CredentialExceptionBuilder("sandbox", Hour(0)).BuildJson(),
                          (R"({"observedGeneration": 5, "waivedFindings": 6,
                               "lastUsedTime": "2027-01-01T07:00:00Z", )" +
                           conditions)
                              .c_str())
                          .status;
  EXPECT_EQ(waiver.observed_generation, 5);
  EXPECT_EQ(waiver.waived_findings, 6);
  EXPECT_EQ(waiver.last_used_time, Hour(7));
  EXPECT_TRUE(IsTrue(waiver.conditions, "Ready"));
}

TEST(SmallStatusesJson, BeforeTheFirstLookNothingIsObserved) {
  EXPECT_EQ(ToJson(IssuerStatus{}), (json{{"observedGeneration", -1}, {"credentials", 0}}));
  EXPECT_EQ(ToJson(CredentialPolicyStatus{}),
            (json{{"observedGeneration", -1}, {"namespaces", 0}}));
  EXPECT_EQ(ToJson(CredentialExceptionStatus{}),
            (json{{"observedGeneration", -1}, {"waivedFindings", 0}}));
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
