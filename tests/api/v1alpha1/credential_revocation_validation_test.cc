// The rules of the record of a key: it never changes, and each limit from both sides.
#include "api/v1alpha1/credential_revocation_validation.h"

#include <gtest/gtest.h>

#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/admission_kind_builders.h"

namespace keysteward::api::v1alpha1 {
namespace {

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

TEST(CredentialRevocationLimits, OfTheRecordOfAKey) {
  ExpectLimits<CredentialRevocation>(
      ToJson(builders::MakeCredentialRevocation("uid-1")),
      {{NameOf(63), NameOf(64),
        "metadata.name: must be at most 63 characters, choose a shorter name: it is used as a "
        "label value"},
       {TextAt("/spec/credential/namespace", "«63 n»"),
        TextAt("/spec/credential/namespace", "«64 n»"),
        "spec.credential.namespace: must be 1 to 63 characters, is 64"},
       {TextAt("/spec/credential/name", "«253 n»"), TextAt("/spec/credential/name", "«254 n»"),
        "spec.credential.name: must be 1 to 253 characters, is 254"},
       {TextAt("/spec/credential/uid", "«64 u»"), TextAt("/spec/credential/uid", "«65 u»"),
        "spec.credential.uid: must be 1 to 64 characters, is 65"},
       {TextAt("/spec/issuer/name", "«253 n»"), TextAt("/spec/issuer/name", "«254 n»"),
        "spec.issuer.name: must be 1 to 253 characters, is 254"},
       {TextAt("/spec/key/id", "«256 k»"), TextAt("/spec/key/id", "«257 k»"),
        "spec.key.id: must be 0 to 256 characters, is 257"},
       {TextAt("/spec/key/id", ""), R"({"spec": {"key": {"generation": -1}}})",
        "spec.key.generation: must not be negative"},
       {R"({"spec": {"key": {"generation": 0}}})",
        R"({"spec": {"key": {"generation": -9223372036854775808}}})",
        "spec.key.generation: must not be negative"}});
}

const Refused kRefused[] = {
    {R"({"kind": "CredentialRotation"})", "kind: must be CredentialRevocation"},
    {R"({"metadata": {"name": "«64 n»"}})",
     "metadata.name: must be at most 63 characters, choose a shorter name: it is used as "
     "a label value"},
    {R"({"spec": {"credential": null}})", "spec.credential.namespace: is required"},
    {R"({"spec": {"credential": {"namespace": ""}}})",
     "spec.credential.namespace: must be 1 to 63 characters, is 0"},
    {R"({"spec": {"credential": {"namespace": "«64 n»"}}})",
     "spec.credential.namespace: must be 1 to 63 characters, is 64"},
    {R"({"spec": {"credential": {"name": ""}}})",
     "spec.credential.name: must be 1 to 253 characters, is 0"},
    {R"({"spec": {"credential": {"name": "«254 n»"}}})",
     "spec.credential.name: must be 1 to 253 characters, is 254"},
    {R"({"spec": {"credential": {"uid": ""}}})",
     "spec.credential.uid: must be 1 to 64 characters, is 0"},
    {R"({"spec": {"credential": {"uid": "«65 u»"}}})",
     "spec.credential.uid: must be 1 to 64 characters, is 65"},
    {R"({"spec": {"credential": {"uid": null}}})", "spec.credential.uid: is required"},
    {R"({"spec": {"credential": {"name": 7}}})", "spec.credential.name: must be a string"},
    {R"({"spec": {"issuer": null}})",
     "spec.issuer.kind: is required: CredentialIssuer or ClusterCredentialIssuer"},
    {R"({"spec": {"issuer": {"kind": "Issuer"}}})",
     "spec.issuer.kind: must be CredentialIssuer or ClusterCredentialIssuer"},
    {R"({"spec": {"issuer": {"name": ""}}})",
     "spec.issuer.name: must be 1 to 253 characters, is 0"},
    {R"({"spec": {"issuer": {"name": "«254 n»"}}})",
     "spec.issuer.name: must be 1 to 253 characters, is 254"},
    {R"({"spec": {"issuer": {"kind": null}}})",
     "spec.issuer.kind: is required: CredentialIssuer or ClusterCredentialIssuer"},
    {R"({"spec": {"issuer": {"secretName": {}}}})", "spec.issuer.secretName: must be a string"},
    {R"({"spec": {"key": {"generation": -1}}})", "spec.key.generation: must not be negative"},
    {R"({"spec": {"key": {"generation": "1"}}})", "spec.key.generation: must be an integer"},
    {R"({"spec": {"key": {"id": "«257 k»"}}})", "spec.key.id: must be 0 to 256 characters, is 257"},
    {R"({"spec": {"key": {"id": 1}}})", "spec.key.id: must be a string"},
    {R"({"spec": {"key": []}})", "spec.key: must be an object"},
    {R"({"spec": {"reason": []}})", "spec.reason: must be a string"},
    {R"({"spec": {"stagedSecretName": 7}})", "spec.stagedSecretName: must be a string"},
    {R"({"status": {"state": "Gone"}})", "status.state: must be Pending, Unrevoked or Revoked"},
    {R"({"status": {"attempts": "3"}})", "status.attempts: must be an integer"},
    {R"({"status": {"revokedAt": "yesterday"}})",
     "status.revokedAt: \"yesterday\" is not an RFC 3339 time; write for example "
     "2027-06-30T00:00:00Z"},
    {R"({"status": {"checkpoint": 7}})", "status.checkpoint: must be an object"}};

TEST(CredentialRevocationRefusals, NameTheFieldAndTheRemedy) {
  const nlohmann::json good = ToJson(builders::MakeCredentialRevocation("uid-1"));
  ASSERT_EQ(Refusal<CredentialRevocation>(good, "{}"), "") << "what the rows change is itself good";
  for (const Refused& row : kRefused) {
    EXPECT_EQ(Refusal<CredentialRevocation>(good, row.patch), row.message) << row.patch;
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
