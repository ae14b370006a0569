// Every member of the record of a key that outlives its credential, read into the field it belongs
// to.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/v1alpha1/credential_revocation_types.h"
#include "tests/api/v1alpha1/read_part.h"
#include "tests/builders/admission_kind_builders.h"

namespace keysteward::api::v1alpha1 {
namespace {

using nlohmann::json;

TEST(CredentialRevocationJson, TheRecordSurvives) {
  CredentialRevocation revocation = builders::MakeCredentialRevocation("uid-7");
  revocation.status.state = RevocationState::kUnrevoked;
  revocation.status.checkpoint =
      EvidenceCheckpoint{"stripe-live-7", 1, 42, "sha256:0", "c2ln", "k"};
  const CredentialRevocation again = Decode<CredentialRevocation>(ToJson(revocation)).value();
  EXPECT_EQ(again.spec, revocation.spec);
  EXPECT_EQ(again.status, revocation.status);
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

}  // namespace
}  // namespace keysteward::api::v1alpha1
