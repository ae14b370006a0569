#include "operator/rotation/evidence_log.h"

#include <gtest/gtest.h>

#include "evidence/bundle.h"
#include "evidence/verifier.h"
#include "tests/operator/rotation/state_samples.h"
#include "tests/operator/simulation/operator_rig.h"
#include "tls/signing_key.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;

class EvidenceTest : public testing::Test {
 protected:
  std::string Verified() {
    const auto report = evidence::Verify(
        evidence::MakeBundle("inst1", key.verifying_key().Pem(), credential, {rotation}), {});
    return report ? report->broken : report.error().ToString();
  }
  void Append(const std::string& type) {
    ASSERT_TRUE(AppendEvidence(env, credential, rotation, {{type, {{"keyId", "key_2"}}}}));
  }

  OperatorRig rig;
  tls::SigningKey key = *tls::SigningKey::Generate();
  InstallationSigner signer{"inst1", key};
  Environment env{.client = rig.server,
                  .issuers = rig.resolver,
                  .consumers = rig.consumers,
                  .signer = signer,
                  .clock = rig.clock,
                  .logger = rig.log,
                  .metrics = rig.metrics,
                  .installation = rig.installation};
  ManagedCredential credential = Observed().Build().credential;
  CredentialRotation rotation = Observed().Build().rotation;
};

TEST_F(EvidenceTest, I14_EntriesFormOneSignedChainAcrossRotations) {
  Append("RotationStarted");
  Append("KeyIssued");
  credential.status.evidence = *SealEvidence(env, credential, rotation);
  EXPECT_EQ(credential.status.evidence.entries, 2);
  EXPECT_EQ(credential.status.evidence.head, rotation.status.evidence.back().hash);
  EXPECT_EQ(Verified(), "");
  CredentialRotation second = Observed().Build().rotation;
  ASSERT_TRUE(
      AppendEvidence(env, credential, second, {{"RotationStarted", {{"cause", "Manual"}}}}));
  EXPECT_EQ(second.status.evidence[0].seq, 3);
  EXPECT_EQ(second.status.evidence[0].previous, rotation.status.evidence.back().hash);
}

TEST_F(EvidenceTest, AnEntryThatWasRewrittenIsFound) {
  Append("RotationStarted");
  Append("KeyIssued");
  credential.status.evidence = *SealEvidence(env, credential, rotation);
  rotation.status.evidence[0].type = "KeyIssued";
  EXPECT_NE(Verified(), "");
}

TEST_F(EvidenceTest, WithoutEntriesTheHeadStays) {
  credential.status.evidence.head = "sha256:x";
  EXPECT_EQ(SealEvidence(env, credential, rotation)->head, "sha256:x");
}

class FailingSigner final : public evidence::Signer {
 public:
  const std::string& installation() const override { return name_; }
  const std::string& key_id() const override { return name_; }
  Result<std::string> Sign(std::string_view) const override { return Error::Internal("no key"); }

 private:
  std::string name_ = "x";
};

TEST_F(EvidenceTest, AFailingSignatureAppendsNothing) {
  const FailingSigner failing;
  const Environment broken{.client = rig.server,
                           .issuers = rig.resolver,
                           .consumers = rig.consumers,
                           .signer = failing,
                           .clock = rig.clock,
                           .logger = rig.log,
                           .metrics = rig.metrics,
                           .installation = rig.installation};
  EXPECT_FALSE(AppendEvidence(broken, credential, rotation, {{"KeyIssued", {{"a", "b"}}}}));
  EXPECT_TRUE(rotation.status.evidence.empty());
}

}  // namespace
}  // namespace keysteward::op
