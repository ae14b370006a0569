#include "operator/rotation/next_step.h"

#include <gtest/gtest.h>

#include "tests/operator/rotation/decision_table.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Cause;
using api::v1alpha1::OnFailure;
using namespace std::chrono_literals;  // NOLINT: test durations

const WallTime kStart = FakeClock().WallNow();

void Suspended(ObservedState& state) { state.credential.spec.rotation.suspend = true; }
void SwitchedOff(ObservedState& state) { state.emergency_disabled = true; }
void Superseded(ObservedState& state) { state.superseded_by = "leak"; }

class NextStepTable : public DecisionTable {};

TEST_P(NextStepTable, Decides) { ExpectDecision(); }

// Going forward.
const DecisionRow kForward[] = {
    {"AFreshRequestBeginsWithIssue", Observed().Build(), Verb::kBegin, Step::kIssue},
    {"IssueThatRunsActsAgain", Observed().At(Step::kIssue).Build(), Verb::kAct, Step::kIssue},
    {"AfterIssueComesStage", Observed().Before(Step::kStage).Build(), Verb::kBegin, Step::kStage},
    {"AfterStageComesProbe", Observed().Before(Step::kProbe).Build(), Verb::kBegin, Step::kProbe},
    {"ProbeTriesWithinItsTime", Observed().At(Step::kProbe).In(119s).Build(), Verb::kAct,
     Step::kProbe},
    {"AProbeOutOfTimeGoesBack", Observed().At(Step::kProbe).In(120s).Build(), Verb::kRollBack,
     Step::kProbe, "NewKeyRefused"},
    {"AnOutageUsesUpNoTimeOfAProbe",
     Observed()
         .At(Step::kProbe)
         .In(10min)
         .With([](ObservedState& state) { state.provider_failing = true; })
         .Build(),
     Verb::kAct, Step::kProbe},
    {"AfterProbeComesDeliver", Observed().Before(Step::kDeliver).Build(), Verb::kBegin,
     Step::kDeliver},
    {"DeliverWritesUntilTheSecretStands", Observed().At(Step::kDeliver).Build(), Verb::kAct,
     Step::kDeliver},
    {"DeliverWritesAgainWhenTheSecretWasChanged",
     Observed()
         .At(Step::kDeliver)
         .Delivered()
         .With([](auto& s) { s.secret.intact = false; })
         .Build(),
     Verb::kAct, Step::kDeliver},
    {"DeliverWaitsForEveryKubelet",
     Observed().At(Step::kDeliver).Delivered().With([](auto& s) { s.delivered_for = 1s; }).Build(),
     Verb::kWait, Step::kDeliver, "SettlingSecret"},
    {"DeliverIsDoneWhenEveryKubeletServesIt",
     Observed().At(Step::kDeliver).Delivered().With([](auto& s) { s.delivered_for = 2s; }).Build(),
     Verb::kComplete, Step::kDeliver},
    {"RestartWaitsForOtherDeliveries", Observed().At(Step::kRestart).Gate(0, 2).In(1s).Build(),
     Verb::kWait, Step::kRestart, "Debouncing"},
    {"RestartPatchesConsumersBehind", Observed().At(Step::kRestart).Gate(0, 2).In(3s).Build(),
     Verb::kAct, Step::kRestart},
    {"RestartIsDoneWhenTheGateHolds", Observed().At(Step::kRestart).Gate(2, 2).Build(),
     Verb::kComplete, Step::kRestart},
    {"RestartIsDoneWithoutConsumers", Observed().At(Step::kRestart).Build(), Verb::kComplete,
     Step::kRestart},
    {"VerifyActsBehindTheGate", Observed().At(Step::kVerify).Gate(2, 2).Build(), Verb::kAct,
     Step::kVerify},
    {"VerifyReturnsToRestartsWhenTheGateBreaks",
     Observed().At(Step::kVerify).Gate(1, 2).In(3s).Build(), Verb::kAct, Step::kRestart},
    {"OverlapReturnsToRestartsWhenTheGateBreaks",
     Observed().At(Step::kOverlap).Gate(1, 2).In(3s).Build(), Verb::kAct, Step::kRestart},
    {"DisableIsNotBegunWhileAConsumerIsBehind",
     Observed().Before(Step::kDisable).Gate(1, 2).In(3s).Build(), Verb::kAct, Step::kRestart},
    {"DisableBegunDoesNothingWhileAConsumerIsBehind",
     Observed().At(Step::kDisable).Gate(1, 2).In(3s).Build(), Verb::kAct, Step::kRestart},
    {"DisableActsBehindTheGate", Observed().At(Step::kDisable).Gate(2, 2).Build(), Verb::kAct,
     Step::kDisable},
    {"QuietWatches", Observed().At(Step::kQuiet).In(10s).Build(), Verb::kAct, Step::kQuiet,
     "QuietRunning"},
    {"QuietIsNeverEndedByTimeAlone", Observed().At(Step::kQuiet).In(31s).Build(), Verb::kAct,
     Step::kQuiet},
    {"RevokeIsNotBegunWhileAConsumerIsBehind",
     Observed().Before(Step::kRevoke).Gate(1, 2).In(3s).Build(), Verb::kAct, Step::kRestart},
    {"RevokeBegins", Observed().Before(Step::kRevoke).Gate(2, 2).Build(), Verb::kBegin,
     Step::kRevoke},
    {"AfterRevokeComesProve", Observed().Before(Step::kProve).Build(), Verb::kBegin, Step::kProve},
    {"AfterProveComesRecord", Observed().Before(Step::kRecord).Build(), Verb::kBegin,
     Step::kRecord},
    {"AllDoneEnds", Observed().Before(Step::kRecord).Done({Step::kRecord}).Build(), Verb::kEnd,
     Step::kRecord},
};

// Failure, and the point of no return.
const DecisionRow kFailing[] = {
    {"ABlockedConsumerIsWaitedForWithinTheTime",
     Observed().At(Step::kRestart).Gate(1, 2, "CrashLooping").In(4min).Build(), Verb::kAct,
     Step::kRestart, "CrashLooping", true},
    {"ABlockedConsumerBringsTheOldKeyBack",
     Observed().At(Step::kRestart).Gate(1, 2, "CrashLooping").In(5min).Build(), Verb::kRollBack,
     Step::kRestart, "CrashLooping"},
    {"OnFailureHoldKeepsWaiting",
     Observed()
         .At(Step::kRestart)
         .Gate(1, 2, "CrashLooping")
         .In(5min)
         .With([](auto& s) { s.credential.spec.rotation.on_failure = OnFailure::kHold; })
         .Build(),
     Verb::kWait, Step::kRestart, "CrashLooping", true},
    {"ASlowConsumerThatIsNotBlockedIsNotRolledBack",
     Observed().At(Step::kRestart).Gate(1, 2).In(10min).Build(), Verb::kAct, Step::kRestart},
    {"AfterADeletedOldKeyThereIsNoWayBack",
     Observed()
         .Done({Step::kIssue, Step::kStage, Step::kProbe, Step::kDeliver, Step::kRevoke,
                Step::kProve})
         .Running(Step::kRestart)
         .Gate(1, 2, "CrashLooping")
         .In(1h)
         .With(AsFirst)
         .Build(),
     Verb::kWait, Step::kRestart, "CrashLooping", true},
    {"AStepOfANewerOperatorStopsEverything",
     Observed()
         .Before(Step::kProbe)
         .With([](auto& s) { s.rotation.status.steps.push_back({.name = "Attest"}); })
         .Build(),
     Verb::kWait, Step::kRecord, "NewerJournal", true},
};

// Halts and stronger requests.
const DecisionRow kHalts[] = {
    {"SuspendStopsBeforeTheNextEffect", Observed().Before(Step::kDeliver).With(Suspended).Build(),
     Verb::kWait, Step::kDeliver, "Suspended"},
    {"SuspendStopsWithinAStepThatActs",
     Observed().At(Step::kRestart).Gate(0, 2).In(3s).With(Suspended).Build(), Verb::kWait,
     Step::kRestart, "Suspended"},
    {"ALeakIgnoresSuspend",
     Observed()
         .Before(Step::kDeliver)
         .With(Suspended)
         .With([](auto& s) { s.rotation.spec.cause = Cause::kLeak; })
         .Build(),
     Verb::kBegin, Step::kDeliver},
    {"SuspendLetsAWatchingStepBegin",
     Observed().Before(Step::kOverlap).Gate(2, 2).With(Suspended).Build(), Verb::kBegin,
     Step::kOverlap},
    {"TheSwitchStopsALeakToo",
     Observed()
         .Before(Step::kIssue)
         .With(SwitchedOff)
         .With([](auto& s) { s.rotation.spec.cause = Cause::kLeak; })
         .Build(),
     Verb::kWait, Step::kIssue, "EmergencyDisabled", true},
    {"TheSwitchStopsACreateThatIsBeingRepeated",
     Observed().At(Step::kIssue).With(SwitchedOff).Build(), Verb::kWait, Step::kIssue,
     "EmergencyDisabled", true},
    {"TheSwitchStopsADeleteThatIsBeingRepeated",
     Observed().At(Step::kRevoke).Gate(2, 2).With(SwitchedOff).Build(), Verb::kWait, Step::kRevoke,
     "EmergencyDisabled", true},
    {"TheSwitchStopsARollBack",
     Observed().Before(Step::kProbe).Running(Step::kRollBack).With(SwitchedOff).Build(),
     Verb::kWait, Step::kRollBack, "EmergencyDisabled", true},
    {"TheSwitchLetsQuietWatch", Observed().At(Step::kQuiet).In(5s).With(SwitchedOff).Build(),
     Verb::kAct, Step::kQuiet},
    {"AStrongerRequestUndoesWhatWasNotDelivered",
     Observed().Before(Step::kProbe).With(Superseded).Build(), Verb::kRollBack, Step::kProbe,
     "Superseded"},
    {"AStrongerRequestDoesNotWaitForAProbe",
     Observed().At(Step::kProbe).In(10s).With(Superseded).Build(), Verb::kRollBack, Step::kProbe,
     "Superseded"},
    {"AStrongerRequestUndoesAnUnansweredIssueThatCanBeListed",
     Observed().At(Step::kIssue).With(Superseded).Build(), Verb::kRollBack, Step::kIssue,
     "Superseded"},
    {"AnUnansweredIssueThatCannotBeListedIsFinishedFirst",
     Observed()
         .At(Step::kIssue)
         .With(Superseded)
         .With([](auto& s) { s.issuer.lists = false; })
         .Build(),
     Verb::kAct, Step::kIssue},
    {"AStrongerRequestNeverUndoesADelivery", Observed().At(Step::kDeliver).With(Superseded).Build(),
     Verb::kAct, Step::kDeliver},
    {"AStrongerRequestDoesNotUndoAnUndoing",
     Observed().Before(Step::kProbe).Running(Step::kRollBack).With(Superseded).Build(), Verb::kAct,
     Step::kRollBack},
};

INSTANTIATE_TEST_SUITE_P(Forward, NextStepTable, testing::ValuesIn(kForward), RowName);
INSTANTIATE_TEST_SUITE_P(Failing, NextStepTable, testing::ValuesIn(kFailing), RowName);
INSTANTIATE_TEST_SUITE_P(Halts, NextStepTable, testing::ValuesIn(kHalts), RowName);

TEST(NextStep, HaltNamesAnOldKeyThatStaysDisabled) {
  const Decision decision =
      NextStep(Observed().Before(Step::kRevoke).Gate(2, 2).With(Suspended).Build(), kStart);
  EXPECT_EQ(
      decision.message,
      "spec.rotation.suspend is true; set it to false to go on; old key key_1 stays disabled");
}

TEST(NextStep, SwitchedOffSaysHowToGoOn) {
  const Decision decision = NextStep(Observed().With(SwitchedOff).Build(), kStart);
  EXPECT_EQ(decision.message,
            "effects are switched off; remove key emergency-disable from ConfigMap keysteward");
}

// --- I10: clocks cannot shorten the overlap ---

Decision OverlapAfter(Duration wall, Duration mono, Duration held) {
  return NextStep(Observed()
                      .At(Step::kOverlap)
                      .Gate(2, 2)
                      .In(mono)
                      .With([&](auto& s) { s.gate_held = held; })
                      .Build(),
                  kStart + wall);
}

TEST(NextStep, OverlapEndsWhenBothClocksAndTheGateHeldForItsWholeLength) {
  const Decision decision = OverlapAfter(60s, 60s, 60s);
  EXPECT_EQ(decision.verb, Verb::kComplete);
  EXPECT_EQ(decision.message, "both keys lived for 1m");
}

TEST(NextStep, ALongStepSaysHowLongWhileItRunsAndAShortOneNothing) {
  api::v1alpha1::ManagedCredentialSpec spec;
  spec.rotation.overlap = 90s;
  spec.rotation.quiet = 10min;
  EXPECT_EQ(OutlookOf(spec, Step::kOverlap), "both keys live for 1m30s (spec.rotation.overlap)");
  EXPECT_EQ(OutlookOf(spec, Step::kQuiet),
            "the disabled key is watched for use for 10m (spec.rotation.quiet)");
  EXPECT_EQ(OutlookOf(spec, Step::kProbe), "");
}

TEST(NextStep, TheEndOfAStepThatOnlyWaitedSaysWhatWasSeen) {
  ObservedState delivered = Observed().At(Step::kDeliver).Delivered().Build();
  delivered.delivered_for = 2s;
  delivered.secret.revision = 4;
  delivered.credential.spec.delivery.secret_name = "stripe-live";
  EXPECT_EQ(NextStep(delivered, kStart).message,
            "Secret stripe-live holds the new key as revision 4");
  EXPECT_EQ(NextStep(Observed().At(Step::kRestart).Gate(2, 2).Build(), kStart).message,
            "2 of 2 consumers current");
}

TEST(NextStep, OverlapWaitsWhenTheGateHeldForLess) {
  const Decision decision = OverlapAfter(60s, 60s, 20s);
  EXPECT_EQ(decision.verb, Verb::kWait);
  EXPECT_EQ(decision.reason, "OverlapRunning");
  EXPECT_EQ(decision.message, "both keys live for another 40s");
}

TEST(NextStep, I10_NoJumpOfTheWallClockEndsAnOverlapEarly) {
  const Duration years = 24h * 3653;
  for (const Duration jump : std::initializer_list<Duration>{1s, -1s, 1h, -1h, years, -years}) {
    EXPECT_EQ(OverlapAfter(59s + jump, 59s, 59s).verb, Verb::kWait) << jump.count();
  }
}

TEST(NextStep, I10_AWallClockSetBackDoesNotHoldTheOverlapForYears) {
  EXPECT_EQ(OverlapAfter(-24h * 3653, 60s, 60s).verb, Verb::kComplete);
}

TEST(NextStep, ARestartedProcessObservesTheWholeOverlapAgain) {
  EXPECT_EQ(OverlapAfter(10min, 0s, 0s).verb, Verb::kWait);
}

}  // namespace
}  // namespace keysteward::op
