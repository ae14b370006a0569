// NextStep: which steps a rotation runs, from where on there is no way back, and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/rotation/next_step.h"
#include "tests/fakes/fake_clock.h"
#include "tests/operator/rotation/state_samples.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Revocation;
using api::v1alpha1::RotationResult;
using testing::ElementsAre;
using testing::HasSubstr;

const WallTime kStart = FakeClock().WallNow();

// --- plans ---

std::vector<std::string> Names(const ObservedState& state) {
  std::vector<std::string> names;
  for (const Step step : PlanOf(state)) names.emplace_back(StepName(step));
  return names;
}

TEST(Plan, HasEveryStepForACapableIssuer) {
  EXPECT_THAT(Names(Observed().Build()),
              ElementsAre("Issue", "Stage", "Probe", "Deliver", "Restart", "Verify", "Overlap",
                          "Disable", "Quiet", "Revoke", "Prove", "Record"));
}

TEST(Plan, OfAFirstKeyMovesAndEndsNothing) {
  EXPECT_THAT(Names(Observed().FirstKey().Build()),
              ElementsAre("Issue", "Stage", "Probe", "Deliver", "Record"));
}

TEST(Plan, LeavesOutDisableAndQuietWhereTheIssuerCannot) {
  EXPECT_THAT(Names(Observed().With([](auto& s) { s.issuer.disables = false; }).Build()),
              ElementsAre("Issue", "Stage", "Probe", "Deliver", "Restart", "Verify", "Overlap",
                          "Revoke", "Prove", "Record"));
}

TEST(Plan, DeletesAtOnceWhenTheSpecSaysSo) {
  const auto names = Names(
      Observed().With([](auto& s) { s.credential.spec.revocation = Revocation::kDelete; }).Build());
  EXPECT_THAT(names, testing::Not(testing::Contains("Disable")));
  EXPECT_THAT(names, testing::Contains("Revoke"));
}

TEST(Plan, EndsNoKeyWithRevocationNone) {
  EXPECT_THAT(
      Names(Observed()
                .With([](auto& s) { s.credential.spec.revocation = Revocation::kNone; })
                .Build()),
      ElementsAre("Issue", "Stage", "Probe", "Deliver", "Restart", "Verify", "Overlap", "Record"));
}

TEST(Plan, FinishesAnEndingThatBeganBeforeTheSpecSaidNone) {
  EXPECT_THAT(Names(Observed()
                        .At(Step::kDisable)
                        .With([](auto& s) { s.credential.spec.revocation = Revocation::kNone; })
                        .Build()),
              testing::IsSupersetOf({"Disable", "Revoke", "Prove"}));
}

TEST(Plan, OfARefusedIssueHasNoKeyToEnd) {
  EXPECT_THAT(Names(Observed()
                        .At(Step::kIssue)
                        .Running(Step::kRollBack)
                        .With([](auto& s) {
                          JournalEntry(s.rotation.status, Step::kRollBack).message =
                              "IssueFailed: no";
                        })
                        .Build()),
              ElementsAre("RollBack", "Record"));
}

TEST(Plan, OfGeneratedKeysHasNothingToRevokeOrProve) {
  EXPECT_THAT(Names(Observed().With([](auto& s) { s.issuer = {.idempotent = true}; }).Build()),
              ElementsAre("Issue", "Stage", "Deliver", "Restart", "Verify", "Overlap", "Record"));
}

TEST(Plan, OfAnEmergencySkipsOverlapAndQuietButNoGate) {
  EXPECT_THAT(Names(Observed().With(AsEmergency).Build()),
              ElementsAre("Issue", "Stage", "Probe", "Deliver", "Restart", "Verify", "Disable",
                          "Revoke", "Prove", "Record"));
}

TEST(Plan, OfRevokeFirstEndsTheOldKeyBeforeConsumersMove) {
  EXPECT_THAT(Names(Observed().With(AsFirst).Build()),
              ElementsAre("Issue", "Stage", "Probe", "Deliver", "Revoke", "Prove", "Restart",
                          "Verify", "Record"));
}

TEST(Plan, OfARollBackBeforeDeliveryTouchesNoConsumer) {
  EXPECT_THAT(Names(Observed().Before(Step::kProbe).Running(Step::kRollBack).Build()),
              ElementsAre("RollBack", "Revoke", "Prove", "Record"));
}

TEST(Plan, OfARollBackAfterDeliveryMovesConsumersBack) {
  EXPECT_THAT(Names(Observed().Before(Step::kVerify).Running(Step::kRollBack).Build()),
              ElementsAre("RollBack", "RollBackRestart", "Revoke", "Prove", "Record"));
}

// --- the point of no return and the end ---

TEST(PointOfNoReturn, IsPassedWithTheIntentToDisableOrDelete) {
  EXPECT_FALSE(PastPointOfNoReturn(Observed().Before(Step::kDisable).Build().rotation));
  EXPECT_TRUE(PastPointOfNoReturn(Observed().At(Step::kDisable).Build().rotation));
  EXPECT_TRUE(PastPointOfNoReturn(Observed().Running(Step::kRevoke).Build().rotation));
}

TEST(PointOfNoReturn, DeletingTheNewKeyOfARollBackIsNone) {
  EXPECT_FALSE(PastPointOfNoReturn(
      Observed().Running(Step::kRollBack).Running(Step::kRevoke).Build().rotation));
}

Decision EndOf(Observed observed) {
  return NextStep(observed.Done({Step::kRecord}).Build(), kStart);
}

Observed ProvedWith(const std::string& proof) {
  return Observed().Before(Step::kRecord).With([&](auto& s) {
    JournalEntry(s.rotation.status, Step::kProve).proof = proof;
  });
}

TEST(End, IsProvenOnlyWhenTheProviderRefusedTheOldKey) {
  const Decision decision = EndOf(ProvedWith(kRefusedProof));
  EXPECT_EQ(decision.result, RotationResult::kProven);
  EXPECT_EQ(decision.message, "old key refused by its provider, every consumer current");
}

TEST(End, IsCompletedWhenTheRefusalCouldNotBeShown) {
  const Decision decision = EndOf(ProvedWith(""));
  EXPECT_EQ(decision.result, RotationResult::kCompleted);
  EXPECT_EQ(decision.message, "refusal of the old key cannot be proven");
}

TEST(End, OfAFirstKeyIsProvenByItsProbe) {
  EXPECT_EQ(EndOf(Observed().FirstKey().Before(Step::kRecord)).result, RotationResult::kProven);
}

TEST(End, OfAFirstKeyWithoutProbeIsCompleted) {
  const Decision decision = EndOf(
      Observed().FirstKey().Before(Step::kRecord).With([](auto& s) { s.issuer.probes = false; }));
  EXPECT_EQ(decision.result, RotationResult::kCompleted);
  EXPECT_EQ(decision.message, "first key delivered; this issuer offers no probe");
}

TEST(End, OfAKeptOldKeyIsCompletedAndSaysWhy) {
  const Decision decision = EndOf(Observed().Before(Step::kDisable).With([](auto& s) {
    s.credential.spec.revocation = Revocation::kNone;
  }));
  EXPECT_EQ(decision.result, RotationResult::kCompleted);
  EXPECT_EQ(decision.message, "old key key_1 stays alive: spec.revocation is None");
}

TEST(End, OfARefusedIssueIsFailedWithItsOwnReason) {
  const Decision decision =
      EndOf(Observed().At(Step::kIssue).Done({Step::kRollBack}).With([](auto& s) {
        JournalEntry(s.rotation.status, Step::kRollBack).message = "IssueFailed: 403";
      }));
  EXPECT_EQ(decision.result, RotationResult::kFailed);
  EXPECT_EQ(decision.reason, "IssueFailed");
  EXPECT_EQ(decision.message, "IssueFailed: 403");
}

TEST(End, OfGeneratedKeysIsCompleted) {
  const Decision decision =
      EndOf(Observed().Before(Step::kDisable).With([](auto& s) { s.issuer = {}; }));
  EXPECT_EQ(decision.result, RotationResult::kCompleted);
  EXPECT_EQ(decision.message, "this issuer has nothing to revoke");
}

Observed WentBack(Step before, const std::string& message) {
  return Observed()
      .Before(before)
      .Done({Step::kRollBack, Step::kRollBackRestart, Step::kRevoke, Step::kProve})
      .With([&](auto& s) { JournalEntry(s.rotation.status, Step::kRollBack).message = message; });
}

TEST(End, OfARollBackBeforeDeliveryIsFailed) {
  EXPECT_EQ(EndOf(WentBack(Step::kProbe, "NewKeyRefused: no")).result, RotationResult::kFailed);
}

TEST(End, OfARollBackAfterDeliveryIsRolledBackWithTheReason) {
  const Decision decision = EndOf(WentBack(Step::kVerify, "CrashLooping: Deployment api"));
  EXPECT_EQ(decision.result, RotationResult::kRolledBack);
  EXPECT_THAT(decision.message, HasSubstr("CrashLooping"));
}

TEST(End, OfAnUndoneWeakerRequestIsSuperseded) {
  EXPECT_EQ(EndOf(WentBack(Step::kProbe, "Superseded: undone for leak")).result,
            RotationResult::kSuperseded);
}

}  // namespace
}  // namespace keysteward::op
