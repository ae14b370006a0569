// What stops a rotation, and what people are told: parameters, workloads that are left alone,
// consumers that take too long. Blocked reasons are those of the closed list.
#include <gtest/gtest.h>

#include "tests/operator/rotation/decision_table.h"

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations

void RefusedParameters(ObservedState& state) { state.parameters_refused = "spec.parameters.x: no"; }
void Unhealthy(ObservedState& state) { state.unhealthy_before = "Deployment api: no"; }
// No consumer got further for `rolloutTimeout`.
void Overdue(ObservedState& state) {
  state.gate.overdue_reason = "RolloutStuck";
  state.without_progress = 5min;
}

class NextStepBlocked : public DecisionTable {};

TEST_P(NextStepBlocked, Decides) { ExpectDecision(); }

ObservedState RestartingFor(Duration time, const std::string& blocked) {
  return Observed().At(Step::kRestart).Gate(1, 2, blocked).In(time).Build();
}

const DecisionRow kParameters[] = {
    {"ParametersTheIssuerRefusesBeginNothing", Observed().With(RefusedParameters).Build(),
     Verb::kWait, Step::kIssue, "InvalidParameters", true},
    {"I18_AnUnhealthyWorkloadStopsTheRotationBeforeTheDelivery",
     Observed().Before(Step::kDeliver).With(Unhealthy).Build(), Verb::kWait, Step::kDeliver,
     "UnhealthyBefore", true},
    {"ParametersCountOnlyBeforeTheKeyIsAskedFor",
     Observed().Before(Step::kProbe).With(RefusedParameters).Build(), Verb::kBegin, Step::kProbe},
};

const DecisionRow kLeftAlone[] = {
    {"AWorkloadThatWasNeverToldIsNoReasonToGoBack", RestartingFor(1h, "BudgetExhausted"),
     Verb::kAct, Step::kRestart, "BudgetExhausted", true},
    {"NorIsAPodThatNobodyRestarts", RestartingFor(1h, "BarePod"), Verb::kAct, Step::kRestart,
     "BarePod", true},
    {"NorIsTheFlapBreaker", RestartingFor(1h, "TooManyRestarts"), Verb::kAct, Step::kRestart,
     "TooManyRestarts", true},
    {"APodThatDoesNotComeUpWithTheNewKeyIs", RestartingFor(1h, "ImagePullFailed"), Verb::kRollBack,
     Step::kRestart, "ImagePullFailed"},
};

const DecisionRow kOverdue[] = {
    {"I20_ConsumersThatOnlyWaitAreBlockedInTheEnd",
     Observed().At(Step::kRestart).Gate(1, 2).In(5min).With(Overdue).Build(), Verb::kAct,
     Step::kRestart, "RolloutStuck", true},
    {"I20_AlsoOnTheWayBack",
     Observed()
         .Before(Step::kVerify)
         .Done({Step::kRollBack})
         .Running(Step::kRollBackRestart)
         .Gate(1, 2)
         .In(5min)
         .With(Overdue)
         .Build(),
     Verb::kAct, Step::kRestart, "RolloutStuck", true},
    {"I20_AlsoWhenTheGateBreaksLater",
     Observed().At(Step::kOverlap).Gate(1, 2).In(5min).With(Overdue).Build(), Verb::kAct,
     Step::kRestart, "RolloutStuck", true},
    {"ConsumersThatGetOnAreNotBlockedHoweverLongTheStepTakes",
     Observed()
         .At(Step::kRestart)
         .Gate(1, 2)
         .In(1h)
         .With(Overdue)
         .With([](auto& s) { s.without_progress = 5min - 1s; })
         .Build(),
     Verb::kAct, Step::kRestart, "ConsumersWaiting"},
};

INSTANTIATE_TEST_SUITE_P(Parameters, NextStepBlocked, testing::ValuesIn(kParameters), RowName);
INSTANTIATE_TEST_SUITE_P(LeftAlone, NextStepBlocked, testing::ValuesIn(kLeftAlone), RowName);
INSTANTIATE_TEST_SUITE_P(Overdue, NextStepBlocked, testing::ValuesIn(kOverdue), RowName);

TEST(ConsumersBlockedBy, TellsWhatCannotMoveBeforeWhatTakesLong) {
  ObservedState state = RestartingFor(5min, "BarePod");
  Overdue(state);
  EXPECT_EQ(ConsumersBlockedBy(state)->reason, "BarePod");
  EXPECT_FALSE(ConsumersBlockedBy(Observed().At(Step::kRestart).Gate(1, 2).Build()));
}

}  // namespace
}  // namespace keysteward::op
