// Which workloads are left alone although they must restart: planner and gate agree on it.
#include "operator/consumers/restart_obstacle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/v1alpha1/annotations.h"
#include "common/duration.h"
#include "operator/restart/restart_history.h"
#include "operator/restart/restart_planner.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::core::ContainerState;
using api::v1alpha1::Gate;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;
using testing::SizeIs;

const WallTime kNow = FakeClock().WallNow();
const GateQuery kQuery{.credential = "stripe-live", .revision = 12, .now = kNow};

// Not told yet, its pods on the delivery before; changed as the row says.
Consumer Untold(const std::function<void(Consumer&)>& change = {}) {
  Consumer consumer = NotRestarted("api", 11, 11);
  if (change) change(consumer);
  return consumer;
}

void CrashLooping(Consumer& consumer) {
  consumer.workload->ready = 1;
  consumer.pods.push_back(PodAt("api-3", 11, [](api::core::Pod& pod) {
    pod.status.containers[0].state = ContainerState::kWaiting;
    pod.status.containers[0].reason = "CrashLoopBackOff";
  }));
}
void OwnRollout(Consumer& consumer) {
  consumer.workload->updated = 1;
  consumer.workload->ready = 1;
}
void NoRoom(Consumer& consumer) { consumer.exhausted_budget = "api-pdb"; }
void NoRoomAndTakesPods(Consumer& consumer) {
  NoRoom(consumer);
  consumer.workload->takes_pods_down = true;
}
void Restless(Consumer& consumer) {
  for (const Duration ago : std::initializer_list<Duration>{40min, 30min, 20min}) {
    consumer.workload->metadata.annotations[api::v1alpha1::kRestartsAnnotation] =
        NoteRestart(*consumer.workload, kNow - ago);
  }
}

struct Row {
  std::string name;
  Consumer consumer;
  std::string reason;
};

class ObstacleTable : public testing::TestWithParam<Row> {};

TEST_P(ObstacleTable, IsSeenByPlannerAndGateAlike) {
  const Row& row = GetParam();
  const RestartObstacle obstacle = ObstacleTo(row.consumer, kQuery);
  EXPECT_EQ(obstacle.reason, row.reason);
  const bool free = row.reason.empty();
  EXPECT_EQ(obstacle.none(), free);
  EXPECT_THAT(PlanRestarts({row.consumer}, kQuery, {}), SizeIs(free ? 1 : 0));
  const GateSummary gate = JudgeGate({row.consumer}, kQuery);
  EXPECT_EQ(gate.blocked, !free);
  EXPECT_EQ(gate.details[0].reason, free ? "OldPodRunning" : row.reason);
  EXPECT_FALSE(gate.holds());
}

TEST_P(ObstacleTable, HoldsNothingUpInALeakOrOnTheWayBack) {
  GateQuery query = kQuery;
  query.restrained = false;
  EXPECT_THAT(PlanRestarts({GetParam().consumer}, query, {}), SizeIs(1));
  const std::string told = JudgeGate({GetParam().consumer}, query).details[0].reason;
  EXPECT_THAT(told, testing::AnyOf("OldPodRunning", "CrashLooping", "RolloutStuck"));
}

const Row kRows[] = {
    {"AHealthyWorkloadIsFree", Untold(), ""},
    {"AnUnhealthyOneToo_TheNewKeyMayBeWhy", Untold(CrashLooping), ""},
    {"ARolloutOfItsOwnIsNotWaitedFor", Untold(OwnRollout), ""},
    {"ABudgetWithoutRoomWhereTheRolloutTakesPods", Untold(NoRoomAndTakesPods), "BudgetExhausted"},
    {"ABudgetWithoutRoomIsNoObstacleToASurge", Untold(NoRoom), ""},
    {"ThreeRestartsWithinAnHour", Untold(Restless), "TooManyRestarts"},
};

INSTANTIATE_TEST_SUITE_P(Rows, ObstacleTable, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

std::string MessageOf(const std::function<void(Consumer&)>& change) {
  return JudgeGate({Untold(change)}, kQuery).blocked_message;
}

TEST(RestartObstacle, TheMessageNamesTheWorkloadWhatWasSeenAndTheWayOut) {
  EXPECT_THAT(MessageOf(NoRoomAndTakesPods), HasSubstr("PodDisruptionBudget api-pdb allows no"));
  EXPECT_EQ(MessageOf(Restless),
            "Deployment api: TooManyRestarts: restarted 3 times within an hour; goes on at " +
                FormatTime(kNow + 20min));
}

TEST(RestartObstacle, WhatWasToldAlreadyIsJudgedByItsRollout) {
  Consumer told = NotRestarted("api", 12, 11);
  CrashLooping(told);
  EXPECT_EQ(JudgeGate({told}, kQuery).blocked_reason, "CrashLooping");
}

TEST(RestartObstacle, WhatSpeaksAgainstTheNewKeyIsToldBeforeWhatHoldsARestartBack) {
  Consumer crashing = NotRestarted("web", 12, 11);
  CrashLooping(crashing);
  const GateSummary gate = JudgeGate({Untold(Restless), crashing}, kQuery);
  EXPECT_EQ(gate.blocked_reason, "CrashLooping");
  EXPECT_THAT(gate.blocked_message, HasSubstr("Deployment web"));
}

}  // namespace
}  // namespace keysteward::op
