// Disable, Quiet, Revoke, Prove, RollBack, Record: each branch of the steps that end a key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/rotation/delivered_secret.h"
#include "operator/rotation/next_step.h"
#include "operator/rotation/steps/old_key_guard.h"
#include "operator/rotation/steps/steps.h"
#include "tests/operator/rotation/state_samples.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::PreviousState;
using Outcome = StepReport::Outcome;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Keys 1 (old) and 2 (new) live and are staged; key 2 is delivered as revision 2.
class EndingSteps : public testing::Test {
 protected:
  EndingSteps() {
    state.credential = rig.Store(Observed().Build().credential);
    old_key = rig.MakeStagedKey(state.credential, 1).id;
    new_key = rig.MakeStagedKey(state.credential, 2).id;
    const StagedKey staged = rig.Staged(state.credential, 2);
    EXPECT_TRUE(WriteDelivered(rig.env, state.credential, staged, {}, {}));
    auto& status = state.credential.status;
    status.previous =
        api::v1alpha1::PreviousKeyStatus{.generation = 1, .revision = 1, .key_id = old_key};
    status.current->generation = 2;
    status.current->revision = 2;
    status.current->key_id = new_key;
    status.revision = status.settled_revision = 2;
    state.rotation.status.old_key->id = old_key;
    state.rotation.status.new_key->id = new_key;
    rig.consumers.fresh = {RolledOut("api", 2)};
    rig.provider.ForgetCalls();
  }

  void At(Step step) {
    state.rotation.status.steps = Observed().At(step).Build().rotation.status.steps;
  }
  Result<StepReport> Try(Step step) {
    StepContext context = rig.Context(state);
    Result<StepReport> report = Act(step, context);
    notes = context.notes;
    return report;
  }
  StepReport Do(Step step) {
    Result<StepReport> report = Try(step);
    EXPECT_TRUE(report) << report.error().ToString();
    return report ? *report : StepReport();
  }
  bool Lives(const std::string& id) {
    const auto live = rig.provider.LiveKeys();
    return std::find(live.begin(), live.end(), id) != live.end();
  }

  OperatorRig rig;
  ObservedState state = Observed().At(Step::kDisable).Build();
  std::string old_key;
  std::string new_key;
  std::vector<EvidenceNote> notes;
};

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
  ASSERT_TRUE(DeleteStaged(rig.env, state.credential.metadata.uid, 1, {}));
  EXPECT_EQ(Do(Step::kProve).outcome, Outcome::kDone);
  EXPECT_EQ(JournalEntry(state.rotation.status, Step::kProve).proof, "");
}

// --- RollBack and Record ---

class RollBackStep : public EndingSteps {
 protected:
  RollBackStep() {
    state.rotation.status.steps =
        Observed().At(Step::kRestart).Running(Step::kRollBack).Build().rotation.status.steps;
  }
};

TEST_F(RollBackStep, I16_DeliversTheOldKeyAsANewRevision) {
  const StepReport report = Do(Step::kRollBack);
  EXPECT_EQ(report.reason, "SettlingSecret");
  EXPECT_EQ(state.credential.status.current->key_id, old_key);
  EXPECT_EQ(state.credential.status.current->revision, 3);
  EXPECT_EQ(state.credential.status.previous->key_id, new_key);
  EXPECT_EQ(ReadDelivered(rig.env, state.credential, {})->generation, 1);
}

TEST_F(RollBackStep, SettlesWhenEveryKubeletServesTheOldKey) {
  Do(Step::kRollBack);
  state.delivered_for = 1s;
  EXPECT_EQ(Do(Step::kRollBack).requeue_after, 1s);
  EXPECT_EQ(state.credential.status.settled_revision, 2);
  state.delivered_for = 2s;
  EXPECT_EQ(Do(Step::kRollBack).outcome, Outcome::kDone);
  EXPECT_EQ(state.credential.status.settled_revision, 3);
}

TEST_F(RollBackStep, IsBlockedWhenTheOldValueIsGone) {
  ASSERT_TRUE(DeleteStaged(rig.env, state.credential.metadata.uid, 1, {}));
  const StepReport report = Do(Step::kRollBack);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.message, "the value of the old key is gone; rotate again to get a new one");
}

TEST_F(RollBackStep, IsBlockedForAFirstKey) {
  state.rotation.status.old_key.reset();
  EXPECT_EQ(Do(Step::kRollBack).reason, "StagedKeyLost");
}

TEST_F(RollBackStep, HasNothingToDoWhenNothingWasDelivered) {
  state.rotation.status.steps =
      Observed().Before(Step::kProbe).Running(Step::kRollBack).Build().rotation.status.steps;
  EXPECT_EQ(Do(Step::kRollBack).outcome, Outcome::kDone);
  EXPECT_EQ(state.credential.status.current->key_id, new_key);
}

TEST_F(EndingSteps, RecordDropsTheValueOfADeadKeyOnly) {
  state.rotation.status.steps = Observed().Before(Step::kDisable).Build().rotation.status.steps;
  Do(Step::kRecord);
  EXPECT_TRUE(*ReadStaged(rig.env, state.credential.metadata.uid, 1, {})) << "not revoked: kept";
  At(Step::kRecord);
  Do(Step::kRecord);
  EXPECT_FALSE(*ReadStaged(rig.env, state.credential.metadata.uid, 1, {}));
  EXPECT_TRUE(*ReadStaged(rig.env, state.credential.metadata.uid, 2, {}));
}

}  // namespace
}  // namespace keysteward::op
