// Disable, Revoke, Prove: each branch of the steps that end a key.
#include "tests/operator/rotation/steps/ending_steps_fixture.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::PreviousState;
using Outcome = StepReport::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(EndingSteps, I6_DisableRecordsTheProofBeforeItCallsTheProvider) {
  const StepReport first = Do(Step::kDisable);
  EXPECT_EQ(first.reason, "IntentRecorded");
  EXPECT_TRUE(Lives(old_key));
  EXPECT_EQ(notes.at(0).type, "IntentRecorded");
  const StepReport second = Do(Step::kDisable);
  EXPECT_EQ(second.outcome, Outcome::kDone);
  EXPECT_FALSE(Lives(old_key));
  EXPECT_EQ(state.credential.status.previous->state, PreviousState::kDisabled);
}

TEST_F(EndingSteps, I9_DisableReadsTheGateAfreshBothTimes) {
  rig.consumers.cached = {RolledOut("api", 2)};
  Do(Step::kDisable);
  rig.consumers.fresh = {NotRestarted("api", 2, 1)};
  const StepReport report = Do(Step::kDisable);
  EXPECT_EQ(report.reason, "ConsumersWaiting");
  EXPECT_THAT(report.message, HasSubstr("Deployment api"));
  EXPECT_TRUE(Lives(old_key));
}

TEST_F(EndingSteps, AKeyEndedByOthersIsNoObstacleToDisable) {
  Do(Step::kDisable);
  rig.provider.RevokeByOthers(old_key);
  const StepReport report = Do(Step::kDisable);
  EXPECT_EQ(report.outcome, Outcome::kDone);
  EXPECT_EQ(report.message, "old key " + old_key + " is gone at the provider");
}

TEST_F(EndingSteps, ADisableWithoutAnswerIsTriedAgain) {
  Do(Step::kDisable);
  rig.provider.FailNext("disable", Error::UnknownOutcome("cut"), ProviderPhase::kAfter);
  EXPECT_FALSE(Try(Step::kDisable));
  EXPECT_EQ(Do(Step::kDisable).outcome, Outcome::kDone);
}

TEST_F(EndingSteps, RevokeDeletesTheOldKeyAndNotesIt) {
  At(Step::kRevoke);
  EXPECT_EQ(Do(Step::kRevoke).outcome, Outcome::kDone);
  EXPECT_FALSE(Lives(old_key));
  EXPECT_TRUE(Lives(new_key));
  EXPECT_EQ(state.credential.status.previous->state, PreviousState::kRevoked);
  EXPECT_EQ(notes.at(0).type, "OldKeyDeleted");
}

TEST_F(EndingSteps, AKeyThatCannotBeRevokedYetIsCalledThat) {
  At(Step::kRevoke);
  rig.provider.FailNext("delete", Error::UnknownOutcome("cut"), ProviderPhase::kBefore);
  EXPECT_FALSE(Try(Step::kRevoke));
  EXPECT_EQ(state.credential.status.previous->state, PreviousState::kUnrevoked);
  EXPECT_EQ(Do(Step::kRevoke).outcome, Outcome::kDone);
  EXPECT_EQ(state.credential.status.previous->state, PreviousState::kRevoked);
}

TEST_F(EndingSteps, RevokeWaitsForAConsumerThatCameBackWithTheOldKey) {
  At(Step::kRevoke);
  rig.consumers.fresh = {NotRestarted("api", 2, 1)};
  EXPECT_EQ(Do(Step::kRevoke).reason, "ConsumersWaiting");
  EXPECT_TRUE(Lives(old_key));
}

TEST_F(EndingSteps, RevokeFirstDeletesWithoutTheGate) {
  At(Step::kRevoke);
  state.rotation.spec.revoke = api::v1alpha1::RevokeOrder::kFirst;
  rig.consumers.fresh = {NotRestarted("api", 0, 1)};
  EXPECT_EQ(Do(Step::kRevoke).outcome, Outcome::kDone);
  EXPECT_FALSE(Lives(old_key));
}

TEST_F(EndingSteps, RollingBackRevokeEndsEveryKeyOfTheNewGenerationAlsoUnreadOnes) {
  state.rotation.status.steps =
      Observed().Before(Step::kProbe).Running(Step::kRollBack).Build().rotation.status.steps;
  const std::string& uid = state.credential.metadata.uid;
  ASSERT_TRUE(
      rig.provider.Create({.token = "t", .label = KeyLabel(rig.installation, uid, 2, 3)}, {}));
  EXPECT_EQ(Do(Step::kRevoke).outcome, Outcome::kDone);
  EXPECT_THAT(rig.provider.LiveKeys(), ElementsAre(old_key));
}

TEST_F(EndingSteps, ProveIsDoneWhenTheProviderRefuses) {
  At(Step::kProve);
  rig.provider.RevokeByOthers(old_key);
  EXPECT_EQ(Do(Step::kProve).outcome, Outcome::kDone);
  EXPECT_EQ(JournalEntry(state.rotation.status, Step::kProve).proof, kRefusedProof);
  EXPECT_EQ(notes.at(0).type, "OldKeyRefused");
  EXPECT_EQ(state.credential.status.previous->state, PreviousState::kRevoked);
}

TEST_F(EndingSteps, ADeleteThatLiedIsRepeatedAndSaidAloud) {
  At(Step::kProve);
  rig.provider.behaviour.delete_lies = true;
  const StepReport report = Do(Step::kProve);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.message, "the provider confirmed the deletion of key " + old_key +
                                " but still accepts it; deleting again");
  EXPECT_EQ(state.credential.status.previous->state, PreviousState::kUnrevoked);
  EXPECT_THAT(rig.ProviderVerbs(), ElementsAre("probe", "delete"));
}

TEST_F(EndingSteps, AnUnclearAnswerProvesNothing) {
  At(Step::kProve);
  rig.provider.behaviour.probe_unclear = true;
  const StepReport report = Do(Step::kProve);
  EXPECT_EQ(report.outcome, Outcome::kAgain);
  EXPECT_EQ(report.reason, "RefusalUnclear");
}

TEST_F(EndingSteps, I20_AnUnclearAnswerThatStaysIsBlocked) {
  At(Step::kProve);
  rig.provider.behaviour.probe_unclear = true;
  state.in_step = state.credential.spec.verification.timeout;
  const StepReport report = Do(Step::kProve);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.reason, "ProviderUnavailable");
}

TEST_F(EndingSteps, ALostValueEndsProveWithoutAProof) {
  At(Step::kProve);
  LoseStaged(1);
  EXPECT_EQ(Do(Step::kProve).outcome, Outcome::kDone);
  EXPECT_EQ(JournalEntry(state.rotation.status, Step::kProve).proof, "");
}

}  // namespace
}  // namespace keysteward::op
