#include "operator/consumers/consumer_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/v1alpha1/conditions.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::core::ContainerState;
using api::core::Pod;
using api::v1alpha1::Gate;

constexpr int64_t kNow = 12;  // the delivery everybody should run
const GateQuery kQuery{.credential = "stripe-live", .revision = kNow};

struct Row {
  std::string name;
  Consumer consumer;
  Gate gate;
  std::string reason = "";
};

class GateTable : public testing::TestWithParam<Row> {};

TEST_P(GateTable, Judges) {
  const GateSummary summary = JudgeGate({GetParam().consumer}, kQuery);
  ASSERT_EQ(summary.details.size(), 1u);
  EXPECT_EQ(EnumName(summary.details[0].gate), EnumName(GetParam().gate));
  EXPECT_EQ(summary.details[0].reason, GetParam().reason);
  EXPECT_EQ(summary.holds(), GetParam().gate == Gate::kCurrent);
  EXPECT_EQ(summary.blocked, GetParam().gate == Gate::kBlocked);
  // I20: whatever a gate waits for is named by the closed list, at once or when it lasts too long.
  const std::string& named = summary.blocked ? summary.blocked_reason : summary.overdue_reason;
  EXPECT_EQ(named.empty(), GetParam().gate == Gate::kCurrent);
  if (!named.empty()) {
    EXPECT_THAT(api::v1alpha1::kBlockedReasons, testing::Contains(named));
  }
}

std::string Overdue(const Consumer& consumer) {
  return JudgeGate({consumer}, kQuery).overdue_reason;
}

Consumer Changed(Consumer consumer, const std::function<void(Workload&)>& change) {
  change(*consumer.workload);
  return consumer;
}

Consumer WithPod(Consumer consumer, std::shared_ptr<const Pod> pod) {
  consumer.pods.push_back(std::move(pod));
  return consumer;
}

// Rolling, with one pod that waits for `reason`.
Consumer Stuck(const std::string& reason) {
  Consumer consumer = Changed(NotRestarted("api", kNow, 11), [](Workload& w) { w.ready = 1; });
  return WithPod(consumer, PodAt("api-3", kNow, [&](Pod& pod) {
                   pod.status.containers[0].state = ContainerState::kWaiting;
                   pod.status.containers[0].reason = reason;
                 }));
}

Consumer BarePod(int64_t revision, const std::function<void(Pod&)>& change = {}) {
  return {.kind = "Pod", .name = "one", .pods = {PodAt("one", revision, change)}};
}

void Deleting(Pod& pod) { pod.metadata.deletion_timestamp = WallTime{}; }
void OfJob(Pod& pod) {
  pod.metadata.owner_references = {{.kind = "Job", .name = "job", .uid = "u", .controller = true}};
}
void Ended(Pod& pod) {
  pod.status.phase = "Succeeded";
  pod.status.containers[0].state = ContainerState::kTerminated;
}

const Row kWorkloads[] = {
    {"ACompleteRolloutOfNewPodsIsCurrent", RolledOut("api", kNow), Gate::kCurrent},
    {"ANewerDeliveryIsCurrentToo", RolledOut("api", kNow + 1), Gate::kCurrent},
    {"OldPodsAreWaitedFor", NotRestarted("api", 0, 11), Gate::kWaiting, "OldPodRunning"},
    {"APodWithoutStampCountsAsOld", NotRestarted("api", kNow, 0), Gate::kWaiting, "OldPodRunning"},
    {"AnUnobservedTemplateIsWaitedFor",
     Changed(RolledOut("api", kNow), [](Workload& w) { w.observed_generation = 2; }),
     Gate::kWaiting, "RolloutInProgress"},
    {"APodTooFewReadyIsWaitedFor",
     Changed(RolledOut("api", kNow), [](Workload& w) { w.ready = 1; }), Gate::kWaiting,
     "RolloutInProgress"},
    {"ASurgePodIsWaitedFor", Changed(RolledOut("api", kNow), [](Workload& w) { w.total = 3; }),
     Gate::kWaiting, "RolloutInProgress"},
    {"AnUnavailablePodIsWaitedFor",
     Changed(RolledOut("api", kNow), [](Workload& w) { w.available = 1; }), Gate::kWaiting,
     "RolloutInProgress"},
    {"NoReplicasAreCurrent",
     Changed({.kind = "Deployment", .name = "api", .workload = RolledOut("api", 0).workload},
             [](Workload& w) { w.desired = w.total = w.updated = w.ready = w.available = 0; }),
     Gate::kCurrent},
    {"PausedWithOldPodsIsBlocked",
     Changed(NotRestarted("api", 0, 11), [](Workload& w) { w.paused = true; }), Gate::kBlocked,
     "RolloutPaused"},
    {"PausedOnTheNewKeyIsCurrent",
     Changed(RolledOut("api", kNow), [](Workload& w) { w.paused = true; }), Gate::kCurrent},
    {"OnDeleteOrPartitionWithOldPodsIsBlocked",
     Changed(NotRestarted("api", kNow, 11), [](Workload& w) { w.holds_old_pods = true; }),
     Gate::kBlocked, "OnDeleteStrategy"},
    {"CrashLoopIsBlocked", Stuck("CrashLoopBackOff"), Gate::kBlocked, "CrashLooping"},
    {"ImagePullBackOffIsBlocked", Stuck("ImagePullBackOff"), Gate::kBlocked, "ImagePullFailed"},
    {"ErrImagePullIsBlocked", Stuck("ErrImagePull"), Gate::kBlocked, "ImagePullFailed"},
    {"AContainerThatIsBeingMadeIsWaitedFor", Stuck("ContainerCreating"), Gate::kWaiting,
     "OldPodRunning"},
    {"AProgressDeadlineIsBlocked",
     Changed(NotRestarted("api", kNow, 11), [](Workload& w) { w.progress_failed = true; }),
     Gate::kBlocked, "RolloutStuck"},
    {"AnUnschedulablePodIsBlocked",
     WithPod(NotRestarted("api", kNow, 11),
             PodAt("api-3", kNow,
                   [](Pod& pod) {
                     pod.status.conditions = {{.type = "PodScheduled", .status = "False"}};
                   })),
     Gate::kBlocked, "Unschedulable"},
    {"APodOnALostNodeIsBlocked",
     WithPod(RolledOut("api", kNow),
             PodAt("api-0", 11, [](Pod& pod) { pod.status.reason = "NodeLost"; })),
     Gate::kBlocked, "NodeLost"},
    {"APodOfUnknownPhaseIsBlocked",
     WithPod(RolledOut("api", kNow),
             PodAt("api-0", 11, [](Pod& pod) { pod.status.phase = "Unknown"; })),
     Gate::kBlocked, "NodeLost"},
    {"ATerminatingOldPodStillHoldsItsKey",
     WithPod(RolledOut("api", kNow), PodAt("api-0", 11, Deleting)), Gate::kWaiting,
     "PodTerminating"},
    {"AnEvictedOldPodHoldsNothing",
     WithPod(RolledOut("api", kNow), PodAt("api-0", 11,
                                           [](Pod& pod) {
                                             pod.status.phase = "Failed";
                                             pod.status.reason = "Evicted";
                                             pod.status.containers.clear();
                                           })),
     Gate::kCurrent},
};

const Row kPods[] = {
    {"ABarePodWithTheNewKeyIsCurrent", BarePod(kNow), Gate::kCurrent},
    {"ABarePodWithTheOldKeyIsBlocked", BarePod(11), Gate::kBlocked, "BarePod"},
    {"ABarePodWithoutStampIsBlocked", BarePod(0), Gate::kBlocked, "BarePod"},
    {"ARunningJobIsBlocked", BarePod(11, OfJob), Gate::kBlocked, "JobRunning"},
    {"AnEndedJobIsCurrent", BarePod(11, Ended), Gate::kCurrent},
    {"APodThatGoesIsWaitedFor", BarePod(11, Deleting), Gate::kWaiting, "PodTerminating"},
    {"AFailedPodWithARunningContainerIsNotGone",
     BarePod(11, [](Pod& pod) { pod.status.phase = "Failed"; }), Gate::kBlocked, "BarePod"},
    {"AnEphemeralContainerKeepsAPodAlive",
     BarePod(11,
             [](Pod& pod) {
               Ended(pod);
               pod.status.ephemeral_containers = {
                   {.name = "debug", .state = ContainerState::kRunning}};
             }),
     Gate::kBlocked, "BarePod"},
};

std::string NameOf(const testing::TestParamInfo<Row>& row) { return row.param.name; }
INSTANTIATE_TEST_SUITE_P(Workloads, GateTable, testing::ValuesIn(kWorkloads), NameOf);
INSTANTIATE_TEST_SUITE_P(Pods, GateTable, testing::ValuesIn(kPods), NameOf);

TEST(Gate, WithoutConsumersHolds) {
  const GateSummary summary = JudgeGate({}, kQuery);
  EXPECT_TRUE(summary.holds());
  EXPECT_EQ(summary.Describe(), "0 of 0 consumers current");
}

TEST(Gate, NamesTheWaitingFirstAndAtMostThree) {
  std::vector<Consumer> consumers = {RolledOut("good", kNow)};
  for (const char* name : {"a", "b", "c", "d"}) consumers.push_back(NotRestarted(name, 0, 11));
  const GateSummary summary = JudgeGate(consumers, kQuery);
  EXPECT_EQ(summary.Describe(),
            "1 of 5 consumers current; waiting for Deployment a (OldPodRunning), Deployment b "
            "(OldPodRunning), Deployment c (OldPodRunning)");
  EXPECT_EQ(summary.details.back().name, "good");
}

TEST(Gate, WhatMerelyTakesItsTimeHasANameForWhenItTakesTooLong) {
  EXPECT_EQ(Overdue(NotRestarted("api", kNow, 11)), "RolloutStuck");
  EXPECT_EQ(Overdue(NotRestarted("api", 0, 11)), "RolloutStuck") << "never had its turn";
  EXPECT_EQ(Overdue(WithPod(RolledOut("api", kNow), PodAt("api-0", 11, Deleting))),
            "PodTerminating");
  EXPECT_EQ(Overdue(RolledOut("api", kNow)), "");
}

TEST(Gate, OldPodsThatStayBehindAFullBudgetAreOverdueBecauseOfIt) {
  Consumer consumer = NotRestarted("api", kNow, 11);
  consumer.exhausted_budget = "tight";
  EXPECT_EQ(Overdue(consumer), "BudgetExhausted");
  consumer.workload->ready = 1;  // the budget is full because pods are missing, not the reverse
  EXPECT_EQ(Overdue(consumer), "RolloutStuck");
}

TEST(Gate, OnlyPodsThatWereStartedWithTheNewKeySpeakAgainstIt) {
  for (const char* reason : {"CrashLooping", "ImagePullFailed", "Unschedulable", "RolloutStuck"}) {
    EXPECT_TRUE(SpeaksAgainstNewKey(reason)) << reason;
  }
  for (const char* reason :
       {"RolloutPaused", "OnDeleteStrategy", "BarePod", "JobRunning", "PodTerminating", "NodeLost",
        "UnhealthyBefore", "BudgetExhausted", "TooManyRestarts", ""}) {
    EXPECT_FALSE(SpeaksAgainstNewKey(reason)) << reason;
  }
}

TEST(Gate, KeepsOneHundredDetailsOfAThousandConsumersAndCountsAll) {
  std::vector<Consumer> consumers;
  for (int i = 0; i < 1000; ++i) consumers.push_back(RolledOut("c" + std::to_string(i), kNow));
  consumers.push_back(NotRestarted("late", 0, 11));
  const GateSummary summary = JudgeGate(consumers, kQuery);
  EXPECT_EQ(summary.details.size(), 100u);
  EXPECT_EQ(summary.details[0].name, "late");
  EXPECT_EQ(summary.total, 1001);
  EXPECT_FALSE(summary.holds());
}

TEST(Gate, TheFirstDeliveryBindsNobody) {
  api::v1alpha1::ManagedCredentialStatus status;
  EXPECT_EQ(GateRevision(status), 0);
  status.current = api::v1alpha1::CurrentKey{.revision = 1};
  EXPECT_EQ(GateRevision(status), 0) << "no pod can hold anything older";
  status.current->revision = 2;
  EXPECT_EQ(GateRevision(status), 2);
}

TEST(Gate, AStampThatIsNoNumberCountsAsNone) {
  for (const char* text : {"", "x", "12x", "-3", "99999999999999999999"}) {
    const auto pod = PodAt("one", 0, [&](Pod& p) {
      p.metadata.annotations["revision.keysteward.dev/stripe-live"] = text;
    });
    EXPECT_EQ(RevisionOf(*pod, "stripe-live"), 0) << text;
  }
}

TEST(Gate, AStampOfAnotherCredentialSaysNothing) {
  EXPECT_EQ(RevisionOf(*PodAt("one", 12, {}, "smtp"), "stripe-live"), 0);
}

}  // namespace
}  // namespace keysteward::op
