// Quiet: whether anybody still uses the old key after it was disabled.
#include "operator/rotation/next_step.h"
#include "tests/operator/rotation/steps/ending_steps_fixture.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::PreviousState;
using Outcome = StepReport::Outcome;
using namespace std::chrono_literals;  // NOLINT: test durations

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

}  // namespace
}  // namespace keysteward::op
