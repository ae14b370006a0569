// What stops a rotation, and what people are told: parameters, workloads that are left alone,
// consumers that take too long. Blocked reasons are those of the closed list.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/v1alpha1/conditions.h"
#include "operator/rotation/next_step.h"
#include "tests/operator/rotation/state_samples.h"

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations
using testing::Contains;

void RefusedParameters(ObservedState& state) { state.parameters_refused = "spec.parameters.x: no"; }
void Unhealthy(ObservedState& state) { state.unhealthy_before = "Deployment api: no"; }
// No consumer got further for `rolloutTimeout`.
void Overdue(ObservedState& state) {
  state.gate.overdue_reason = "RolloutStuck";
  state.without_progress = 5min;
}

struct Row {
  std::string name;
  ObservedState state;
  Verb verb;
  Step step;
  std::string reason = "";
  bool blocked = true;
};

class NextStepBlocked : public testing::TestWithParam<Row> {};

TEST_P(NextStepBlocked, Decides) {
  const Row& row = GetParam();
  const Decision decision = NextStep(row.state, FakeClock().WallNow() + 10s);
  EXPECT_EQ(decision.verb, row.verb);
  EXPECT_EQ(StepName(decision.step), StepName(row.step));
  if (!row.reason.empty()) {
    EXPECT_EQ(decision.reason, row.reason);
  }
  EXPECT_EQ(decision.blocked, row.blocked);
  if (decision.blocked) {
    EXPECT_THAT(api::v1alpha1::kBlockedReasons, Contains(decision.reason));
  }
}

ObservedState RestartingFor(Duration time, const std::string& blocked) {
  return Observed().At(Step::kRestart).Gate(1, 2, blocked).In(time).Build();
}

const Row kParameters[] = {
    {"ParametersTheIssuerRefusesBeginNothing", Observed().With(RefusedParameters).Build(),
     Verb::kWait, Step::kIssue, "InvalidParameters"},
    {"I18_AnUnhealthyWorkloadStopsTheRotationBeforeTheDelivery",
     Observed().Before(Step::kDeliver).With(Unhealthy).Build(), Verb::kWait, Step::kDeliver,
     "UnhealthyBefore"},
    {"ParametersCountOnlyBeforeTheKeyIsAskedFor",
     Observed().Before(Step::kProbe).With(RefusedParameters).Build(), Verb::kBegin, Step::kProbe,
     "", false},
};

const Row kLeftAlone[] = {
    {"AWorkloadThatWasNeverToldIsNoReasonToGoBack", RestartingFor(1h, "UnhealthyBefore"),
     Verb::kAct, Step::kRestart, "UnhealthyBefore"},
    {"NorIsABudget", RestartingFor(1h, "BudgetExhausted"), Verb::kAct, Step::kRestart,
     "BudgetExhausted"},
    {"NorIsAPodThatNobodyRestarts", RestartingFor(1h, "BarePod"), Verb::kAct, Step::kRestart,
     "BarePod"},
    {"NorIsTheFlapBreaker", RestartingFor(1h, "TooManyRestarts"), Verb::kAct, Step::kRestart,
     "TooManyRestarts"},
    {"APodThatDoesNotComeUpWithTheNewKeyIs", RestartingFor(1h, "ImagePullFailed"), Verb::kRollBack,
     Step::kRestart, "ImagePullFailed", false},
};

const Row kOverdue[] = {
    {"I20_ConsumersThatOnlyWaitAreBlockedInTheEnd",
     Observed().At(Step::kRestart).Gate(1, 2).In(5min).With(Overdue).Build(), Verb::kAct,
     Step::kRestart, "RolloutStuck"},
    {"I20_AlsoOnTheWayBack",
     Observed()
         .Before(Step::kVerify)
         .Done({Step::kRollBack})
         .Running(Step::kRollBackRestart)
         .Gate(1, 2)
         .In(5min)
         .With(Overdue)
         .Build(),
     Verb::kAct, Step::kRestart, "RolloutStuck"},
    {"I20_AlsoWhenTheGateBreaksLater",
     Observed().At(Step::kOverlap).Gate(1, 2).In(5min).With(Overdue).Build(), Verb::kAct,
     Step::kRestart, "RolloutStuck"},
    {"ConsumersThatGetOnAreNotBlockedHoweverLongTheStepTakes",
     Observed()
         .At(Step::kRestart)
         .Gate(1, 2)
         .In(1h)
         .With(Overdue)
         .With([](auto& s) { s.without_progress = 5min - 1s; })
         .Build(),
     Verb::kAct, Step::kRestart, "ConsumersWaiting", false},
};

std::string NameOf(const testing::TestParamInfo<Row>& row) { return row.param.name; }
INSTANTIATE_TEST_SUITE_P(Parameters, NextStepBlocked, testing::ValuesIn(kParameters), NameOf);
INSTANTIATE_TEST_SUITE_P(LeftAlone, NextStepBlocked, testing::ValuesIn(kLeftAlone), NameOf);
INSTANTIATE_TEST_SUITE_P(Overdue, NextStepBlocked, testing::ValuesIn(kOverdue), NameOf);

TEST(ConsumersBlockedBy, TellsWhatCannotMoveBeforeWhatTakesLong) {
  ObservedState state = RestartingFor(5min, "BarePod");
  Overdue(state);
  EXPECT_EQ(ConsumersBlockedBy(state)->reason, "BarePod");
  EXPECT_FALSE(ConsumersBlockedBy(Observed().At(Step::kRestart).Gate(1, 2).Build()));
}

}  // namespace
}  // namespace keysteward::op
