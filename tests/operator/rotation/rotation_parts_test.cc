// Journal, phase timers, labels and tokens, evidence log, status writer, announcements.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "evidence/bundle.h"
#include "evidence/verifier.h"
#include "operator/rotation/announce.h"
#include "operator/rotation/evidence_log.h"
#include "operator/rotation/phase_timers.h"
#include "operator/rotation/state_gatherer.h"
#include "operator/rotation/status_writer.h"
#include "tests/operator/rotation/state_samples.h"
#include "tests/operator/simulation/operator_rig.h"
#include "tls/signing_key.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialRotation;
using api::v1alpha1::CredentialRotationStatus;
using api::v1alpha1::ManagedCredential;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::HasSubstr;

const WallTime kStart = FakeClock().WallNow();

// --- journal ---

TEST(Journal, AnIntentIsRecordedOnceWithItsTime) {
  CredentialRotationStatus status;
  BeginStep(status, Step::kIssue, kStart + 1500ms);
  BeginStep(status, Step::kIssue, kStart + 9s);
  ASSERT_EQ(status.steps.size(), 1u);
  EXPECT_EQ(status.steps[0].started_at, kStart + 1s) << "whole seconds, the first time";
  EXPECT_EQ(status.steps[0].attempts, 1);
  EXPECT_EQ(status.step, "Issue");
  EXPECT_EQ(status.schema_version, kJournalVersion);
}

TEST(Journal, ACompletionKeepsAnEarlierMessageAndCutsALongOne) {
  CredentialRotationStatus status;
  BeginStep(status, Step::kRollBack, kStart);
  JournalEntry(status, Step::kRollBack).message = "why";
  CompleteStep(status, Step::kRollBack, "", kStart);
  EXPECT_EQ(status.steps[0].message, "why");
  CompleteStep(status, Step::kRollBack, std::string(2000, 'x'), kStart);
  EXPECT_EQ(status.steps[0].message.size(), 512u);
}

TEST(Journal, CondemnsTheOldKeyAndRollingBackTheNewOne) {
  CredentialRotationStatus status = Observed().Build().rotation.status;
  EXPECT_EQ(CondemnedBy(status).id, "key_1");
  EXPECT_EQ(CondemnedBy(status).generation, 1);
  BeginStep(status, Step::kRollBack, kStart);
  EXPECT_EQ(CondemnedBy(status).id, "key_2");
  EXPECT_EQ(CondemnedBy(status).generation, 2);
  status.new_key.reset();
  EXPECT_EQ(CondemnedBy(status).id, "") << "the provider's answer was never read";
}

TEST(Journal, AFirstKeyCondemnsNothing) {
  EXPECT_EQ(CondemnedBy(Observed().FirstKey().Build().rotation.status).generation, 0);
}

TEST(Journal, ReopeningDisableForgetsQuietAndProof) {
  CredentialRotationStatus status = Observed().At(Step::kQuiet).Build().rotation.status;
  JournalEntry(status, Step::kDisable).proof = "p";
  ReopenDisable(status);
  EXPECT_FALSE(StepBegun(status, Step::kQuiet));
  EXPECT_TRUE(StepBegun(status, Step::kOverlap));
  const auto& entry = JournalEntry(status, Step::kDisable);
  EXPECT_FALSE(entry.completed_at);
  EXPECT_EQ(entry.proof, "");
  EXPECT_EQ(entry.attempts, 2);
}

TEST(Journal, TellsWhileTheRotationWritesTheSecret) {
  const auto writes = [](const Observed& observed) {
    return WritesSecret(observed.Build().rotation.status);
  };
  EXPECT_FALSE(writes(Observed().At(Step::kProbe)));
  EXPECT_TRUE(writes(Observed().At(Step::kDeliver)));
  EXPECT_FALSE(writes(Observed().At(Step::kRestart)));
  EXPECT_TRUE(writes(Observed().At(Step::kRestart).Running(Step::kRollBack)));
  EXPECT_FALSE(writes(Observed().At(Step::kRestart).Done({Step::kRollBack})));
  EXPECT_TRUE(writes(Observed().At(Step::kProbe).Running(Step::kRollBack)));
}

TEST(StepNames, ReadBackAndRefuseOthers) {
  for (const std::string_view name : kStepNames) EXPECT_EQ(StepName(*ParseStep(name)), name);
  for (const char* other : {"", "issue", "Attest"}) EXPECT_FALSE(ParseStep(other)) << other;
}

// --- timers ---

TEST(PhaseTimers, CountFromTheFirstLookOnTheMonotonicClock) {
  FakeClock clock;
  PhaseTimers timers(clock);
  EXPECT_EQ(timers.Elapsed("a"), 0s);
  clock.Advance(5s);
  clock.JumpWall(-24h * 3653);
  EXPECT_EQ(timers.Elapsed("a"), 5s);
  EXPECT_EQ(timers.Elapsed("b"), 0s);
}

TEST(PhaseTimers, ResetStartsAgainAndForgetDropsByPrefix) {
  FakeClock clock;
  PhaseTimers timers(clock);
  for (const char* phase : {"u1/a", "u1/b", "u10/a"}) (void)timers.Elapsed(phase);
  clock.Advance(5s);
  timers.Reset("u1/a");
  EXPECT_EQ(timers.Elapsed("u1/a"), 0s);
  timers.Forget("u1/");
  EXPECT_EQ(timers.Elapsed("u1/b"), 0s);
  EXPECT_EQ(timers.Elapsed("u10/a"), 5s);
}

TEST(StepPhase, DiffersByRotationStepAndAttempt) {
  CredentialRotation rotation = Observed().At(Step::kIssue).Build().rotation;
  const std::string first = StepPhase(rotation, Step::kIssue);
  ++JournalEntry(rotation.status, Step::kIssue).attempts;
  EXPECT_NE(StepPhase(rotation, Step::kIssue), first);
  EXPECT_NE(StepPhase(rotation, Step::kStage), first);
}

// --- gatherer ---

TEST(StateGatherer, AGateThatBreaksStartsItsTimeAgain) {
  OperatorRig rig;
  PhaseTimers timers(rig.clock);
  const StateGatherer gatherer(rig.env, timers);
  const ObservedState sample = Observed()
                                   .At(Step::kOverlap)
                                   .With([](auto& s) { s.credential.status.current->revision = 2; })
                                   .Build();
  const auto gather = [&] {
    return *gatherer.Gather(sample.credential, sample.rotation, rig.provider, {});
  };
  rig.consumers.cached = {RolledOut("api", 2)};
  gather();
  rig.clock.Advance(10s);
  EXPECT_EQ(gather().gate_held, 10s);
  rig.consumers.cached = {NotRestarted("api", 2, 1)};
  EXPECT_EQ(gather().gate_held, 0s);
  rig.clock.Advance(10s);
  rig.consumers.cached = {RolledOut("api", 2)};
  EXPECT_LE(gather().gate_held, 10s);
  EXPECT_EQ(gather().in_step, 20s);
}

TEST(StateGatherer, ReadsTheSecretOnlyWhileItIsDelivered) {
  OperatorRig rig;
  PhaseTimers timers(rig.clock);
  const StateGatherer gatherer(rig.env, timers);
  for (const auto& [step, reads] : {std::pair(Step::kProbe, 0u), std::pair(Step::kDeliver, 1u)}) {
    rig.server.ForgetCalls();
    const ObservedState sample = Observed().At(step).Build();
    ASSERT_TRUE(gatherer.Gather(sample.credential, sample.rotation, rig.provider, {}));
    EXPECT_EQ(rig.server.CallCount("get", "secrets"), reads);
  }
}

// --- labels, tokens, digests ---

TEST(Labels, AreDrawnFromInstallationUidGenerationAndAttempt) {
  OperatorRig rig;
  EXPECT_EQ(KeyLabel(rig.installation, "uid-1", 7, 2), "keysteward/inst1/uid-1/7-2");
  EXPECT_EQ(LabelPrefix(rig.installation, "uid-1"), "keysteward/inst1/uid-1/");
  EXPECT_EQ(KeyToken(rig.installation, "uid-1", 7, 2), "inst1-uid-1-7-2");
}

TEST(Digests, TellValuesApartAndDependOnTheInstallationsKey) {
  OperatorRig one;
  OperatorRig other;
  other.installation.digest_key = SecretBytes::CopyOf("another");
  const SecretBytes value = SecretBytes::CopyOf("fk_live_value");
  const std::string digest = DigestOf(one.installation, value);
  EXPECT_EQ(digest.size(), 16u);
  EXPECT_EQ(digest, DigestOf(one.installation, value));
  EXPECT_NE(digest, DigestOf(one.installation, SecretBytes::CopyOf("fk_live_valuf")));
  EXPECT_NE(digest, DigestOf(other.installation, value));
}

// --- evidence ---

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

// --- status writer ---

class StatusWriterTest : public testing::Test {
 protected:
  nlohmann::json Stored() {
    return *rig.server.Get(api::KindOf<ManagedCredential>::resource, {"payments", "stripe-live"},
                           {});
  }

  OperatorRig rig;
  ManagedCredential before = rig.Store(Observed().Build().credential);
};

TEST_F(StatusWriterTest, WritesNothingWhenNothingChanged) {
  ManagedCredential after = before;
  rig.server.ForgetCalls();
  EXPECT_TRUE(WriteStatus(rig.server, before, after, {}));
  EXPECT_TRUE(rig.server.Calls().empty());
}

TEST_F(StatusWriterTest, AfterAWriteTheNextOneMayFollow) {
  ManagedCredential after = before;
  after.status.revision = 8;
  ASSERT_TRUE(WriteStatus(rig.server, before, after, {}));
  EXPECT_NE(after.metadata.resource_version, before.metadata.resource_version);
  ManagedCredential next = after;
  next.status.revision = 9;
  EXPECT_TRUE(WriteStatus(rig.server, after, next, {}));
}

TEST_F(StatusWriterTest, I8_ADecisionOnAnOlderObjectIsAConflict) {
  ManagedCredential first = before;
  first.status.revision = 8;
  ASSERT_TRUE(WriteStatus(rig.server, before, first, {}));
  ManagedCredential late = before;
  late.status.revision = 9;
  const auto written = WriteStatus(rig.server, before, late, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConflict);
  EXPECT_THAT(written.error().message, HasSubstr("write status of payments/stripe-live"));
}

TEST_F(StatusWriterTest, AnObjectThatWasReplacedIsNotWritten) {
  ManagedCredential after = before;
  after.metadata.uid = "another";
  after.status.revision = 8;
  EXPECT_FALSE(WriteStatus(rig.server, before, after, {}));
}

TEST_F(StatusWriterTest, FieldsOfANewerOperatorStay) {
  ASSERT_TRUE(rig.server.Patch(api::KindOf<ManagedCredential>::resource,
                               {"payments", "stripe-live"}, kube::PatchType::kMerge,
                               {{"status", {{"attested", "yes"}}}}, {.subresource = "status"}, {}));
  ManagedCredential fresh = *rig.Read<ManagedCredential>({"payments", "stripe-live"});
  ManagedCredential after = fresh;
  after.status.revision = 8;
  ASSERT_TRUE(WriteStatus(rig.server, fresh, after, {}));
  EXPECT_EQ(Stored()["status"]["attested"], "yes");
  EXPECT_EQ(Stored()["status"]["revision"], 8);
}

// --- announcements ---

TEST(Announcements, SayWhatEvidenceMeansAndKeepSilentOnTheRest) {
  const auto reason = [](const std::string& type, const nlohmann::json& data) {
    const auto told = AnnouncementOf({type, data});
    return told ? told->reason + ": " + told->note : std::string();
  };
  EXPECT_EQ(reason("KeyIssued", {{"keyId", "key_2"}}), "KeyIssued: the provider made key key_2");
  EXPECT_EQ(reason("Delivered", {{"keyId", "key_2"}, {"revision", 3}}),
            "Delivered: key key_2 is delivered as revision 3");
  EXPECT_EQ(reason("OldKeyRefused", {{"keyId", "key_1"}}),
            "OldKeyRevoked: the provider refuses key key_1");
  EXPECT_EQ(reason("RolledBack", {{"reason", "CrashLooping"}}),
            "RolledBack: the rotation goes back: CrashLooping");
  EXPECT_EQ(reason("Blocked", {{"reason", "BarePod"}}), "Blocked: the rotation waits: BarePod");
  EXPECT_EQ(reason("Blocked", {{"reason", "ProviderUnavailable"}}),
            "ProviderUnavailable: the rotation waits: ProviderUnavailable");
  for (const char* silent : {"IntentRecorded", "ValueStaged", "OverlapEnded", "Completed"}) {
    EXPECT_EQ(reason(silent, nlohmann::json::object()), "") << silent;
  }
}

}  // namespace
}  // namespace keysteward::op
