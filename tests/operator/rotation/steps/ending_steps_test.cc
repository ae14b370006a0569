// Disable, Quiet, Revoke, Prove: each branch of the steps that end a key.
#include "api/core/secret_types.h"
#include "operator/rotation/next_step.h"
#include "operator/rotation/steps/old_key_guard.h"
#include "tests/operator/rotation/steps/ending_steps_fixture.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::PreviousState;
using Outcome = StepReport::Outcome;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

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

TEST_F(EndingSteps, I9_AFreshReadThatFailsPermitsNothing) {
  rig.consumers.fresh_error = Error::Unavailable("the API server is away");
  EXPECT_FALSE(Try(Step::kDisable));
  EXPECT_FALSE(Try(Step::kRevoke));
  EXPECT_TRUE(Lives(old_key));
}

TEST_F(EndingSteps, I1_AKeyTheSecretStillHoldsIsNotEnded) {
  const StagedKey staged = rig.Staged(state.credential, 1);
  const auto now = ReadDelivered(rig.env, state.credential, {});
  ASSERT_TRUE(WriteDelivered(rig.env, state.credential, staged, *now, {}));
  for (const Step step : {Step::kDisable, Step::kRevoke}) {
    EXPECT_EQ(Do(step).reason, "KeyInSecret");
  }
  EXPECT_TRUE(Lives(old_key));
}

TEST_F(EndingSteps, I1_TheCurrentKeyIsNeverEnded) {
  state.credential.status.current->generation = 1;
  EXPECT_EQ(Do(Step::kRevoke).reason, "KeyInSecret");
}

TEST_F(EndingSteps, I8_LosingTheLeaseRightBeforeTheHarmMakesNoCall) {
  Do(Step::kDisable);
  rig.consumers.on_fresh = [this] { rig.is_leader = false; };
  for (const Step step : {Step::kDisable, Step::kRevoke}) {
    const auto report = Try(step);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().message, "no longer leader");
  }
  EXPECT_THAT(rig.ProviderVerbs(), Not(Contains("disable")));
  EXPECT_THAT(rig.ProviderVerbs(), Not(Contains("delete")));
}

TEST_F(EndingSteps, I8_ALeaseThatEndsBeforeTheCallWouldPermitsNone) {
  Do(Step::kDisable);
  rig.lease_remaining = 1999ms;
  for (const Step step : {Step::kDisable, Step::kRevoke}) {
    const auto report = Try(step);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
  }
  EXPECT_THAT(rig.ProviderVerbs(), Not(Contains("disable")));
  EXPECT_THAT(rig.ProviderVerbs(), Not(Contains("delete")));
}

TEST_F(EndingSteps, I8_TheCallEndsBeforeTheLeaseDoes) {
  Do(Step::kDisable);
  rig.lease_remaining = 6s;
  Do(Step::kDisable);
  EXPECT_EQ(rig.provider.calls().back().timeout, 5s);
  rig.lease_remaining = 4s;
  Do(Step::kRevoke);
  EXPECT_EQ(rig.provider.calls().back().timeout, 3s);
}

TEST_F(EndingSteps, I1_ASecretThatOthersChangedPermitsNoHarm) {
  ASSERT_TRUE(rig.server.Patch(api::KindOf<api::core::Secret>::resource,
                               {"payments", "stripe-live"}, kube::PatchType::kMerge,
                               {{"data", {{"key", "aGFja2Vk"}}}}, {}, {}));
  EXPECT_EQ(Do(Step::kDisable).reason, "SecretDrifted");
  EXPECT_EQ(Do(Step::kRevoke).reason, "SecretDrifted");
  EXPECT_TRUE(Lives(old_key));
}

TEST_F(EndingSteps, I1_ADriftWhosePodsMayStillRunPermitsNoHarm) {
  state.credential.status.drift = api::v1alpha1::SecretDrift{.restored_at = rig.clock.WallNow()};
  EXPECT_EQ(Do(Step::kRevoke).reason, "SecretDrifted") << "the old key may have been put there";
  state.credential.status.drift.reset();
  EXPECT_EQ(Do(Step::kRevoke).outcome, Outcome::kDone);
}

TEST_F(EndingSteps, I22_AKeyNeitherListedNorAnsweringAsOursIsNotEnded) {
  state.rotation.status.old_key->id = "somebody-elses";
  Do(Step::kDisable);
  const StepReport report = Do(Step::kDisable);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.message, "the provider lists no key somebody-elses with our label");
  EXPECT_TRUE(Do(Step::kRevoke).blocked);
  EXPECT_THAT(rig.ProviderVerbs(), Not(Contains("delete")));
}

TEST_F(EndingSteps, I22_WithoutAListTheIdMustBeTheStagedOne) {
  rig.provider.behaviour.lists = false;
  EXPECT_EQ(Do(Step::kRevoke).outcome, Outcome::kDone);
  state.rotation.status.old_key->id = "somebody-elses";
  EXPECT_EQ(Do(Step::kRevoke).message,
            "key somebody-elses is not the one staged for this credential");
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

// --- Quiet ---

class QuietStep : public EndingSteps {
 protected:
  QuietStep() {
    rig.provider.behaviour.last_use = true;
    At(Step::kQuiet);
    (void)rig.provider.Disable(old_key, {});
    state.in_step = 5s;
    rig.clock.Advance(10s);
  }
  // As the provider's record after somebody tried the key.
  void SomebodyUses() { rig.provider.NoteUse(old_key, rig.clock.WallNow()); }
};

TEST_F(QuietStep, WatchesWhileThePeriodRuns) {
  const StepReport report = Do(Step::kQuiet);
  EXPECT_EQ(report.reason, "QuietRunning");
  EXPECT_EQ(report.requeue_after, 5s);
}

TEST_F(QuietStep, IsDoneAfterACleanLookAtTheEndOfThePeriod) {
  state.in_step = 30s;
  EXPECT_EQ(Do(Step::kQuiet).outcome, Outcome::kDone);
}

TEST_F(QuietStep, IsNotDoneWhileTheLastLookFails) {
  state.in_step = 1h;
  rig.provider.down = true;
  EXPECT_FALSE(Try(Step::kQuiet));
}

TEST_F(QuietStep, WithoutLastUseOnlyTheTimeCounts) {
  rig.provider.behaviour.last_use = false;
  EXPECT_EQ(Do(Step::kQuiet).message, "old key disabled; this issuer tells no last use");
  state.in_step = 30s;
  EXPECT_EQ(Do(Step::kQuiet).outcome, Outcome::kDone);
}

TEST_F(QuietStep, AUseSwitchesTheKeyOnAgainAndTakesTheDisablingBack) {
  SomebodyUses();
  const StepReport report = Do(Step::kQuiet);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.reason, "ExternalHolder");
  EXPECT_TRUE(Lives(old_key));
  EXPECT_EQ(state.credential.status.previous->state, PreviousState::kLive);
  EXPECT_EQ(CurrentStep(state), Step::kDisable);
  EXPECT_EQ(notes.at(0).type, "ForcedAction");
}

TEST_F(QuietStep, AUseIsSeenAlthoughTheProvidersClockIsHoursBehindOurs) {
  rig.provider.NoteUse(old_key, rig.clock.WallNow() - 5h);
  EXPECT_EQ(Do(Step::kQuiet).reason, "QuietRunning");
  rig.provider.NoteUse(old_key, rig.clock.WallNow() - 5h + 1s);
  EXPECT_EQ(Do(Step::kQuiet).reason, "ExternalHolder");
}

TEST_F(QuietStep, AFirstUseEverIsSeenToo) {
  EXPECT_EQ(Do(Step::kQuiet).reason, "QuietRunning");
  rig.provider.NoteUse(old_key, rig.clock.WallNow() - 5h);
  EXPECT_EQ(Do(Step::kQuiet).reason, "ExternalHolder");
}

TEST_F(QuietStep, TheKeyIsDisabledAgainOnlyAfterAQuietPeriodWithoutUse) {
  SomebodyUses();
  Do(Step::kQuiet);
  state.in_step = 0s;
  EXPECT_EQ(Do(Step::kDisable).reason, "ExternalHolder") << "the period begins again";
  rig.clock.Advance(29s);
  SomebodyUses();
  rig.clock.Advance(2s);
  state.in_step = 31s;
  EXPECT_EQ(Do(Step::kDisable).reason, "ExternalHolder") << "it is still used";
  rig.clock.Advance(30s);
  EXPECT_EQ(Do(Step::kDisable).reason, "IntentRecorded");
  EXPECT_EQ(Do(Step::kDisable).outcome, Outcome::kDone);
  EXPECT_FALSE(Lives(old_key));
}

TEST_F(QuietStep, AKeyEndedByOthersMeanwhileIsQuiet) {
  rig.provider.RevokeByOthers(old_key);
  state.in_step = 30s;
  EXPECT_EQ(Do(Step::kQuiet).outcome, Outcome::kDone);
}

// --- Revoke and Prove ---

TEST_F(EndingSteps, RevokeDeletesTheOldKeyAndNotesIt) {
  At(Step::kRevoke);
  EXPECT_EQ(Do(Step::kRevoke).outcome, Outcome::kDone);
  EXPECT_FALSE(Lives(old_key));
  EXPECT_TRUE(Lives(new_key));
  EXPECT_EQ(state.credential.status.previous->state, PreviousState::kRevoked);
  EXPECT_EQ(notes.at(0).type, "OldKeyDeleted");
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
}

TEST_F(EndingSteps, ADeleteThatLiedIsRepeatedAndSaidAloud) {
  At(Step::kProve);
  rig.provider.behaviour.delete_lies = true;
  const StepReport report = Do(Step::kProve);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.message, "the provider confirmed the deletion of key " + old_key +
                                " but still accepts it; deleting again");
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

TEST_F(EndingSteps, I20_AKeyThatStaysInUseIsBlocked) {
  rig.consumers.fresh = {NotRestarted("api", 2, 1)};
  state.in_step = state.credential.spec.rotation.rollout_timeout;
  for (const Step step : {Step::kDisable, Step::kRevoke}) {
    At(step);
    const StepReport report = Do(step);
    EXPECT_TRUE(report.blocked) << StepName(step);
    EXPECT_EQ(report.reason, "InUse");
    EXPECT_THAT(report.message, HasSubstr("Deployment api"));
  }
  EXPECT_TRUE(Lives(old_key));
}

TEST_F(EndingSteps, ALostValueEndsProveWithoutAProof) {
  At(Step::kProve);
  LoseStaged(1);
  EXPECT_EQ(Do(Step::kProve).outcome, Outcome::kDone);
  EXPECT_EQ(JournalEntry(state.rotation.status, Step::kProve).proof, "");
}

}  // namespace
}  // namespace keysteward::op
