// Which workloads are unhealthy with the key they have: a delivery waits for their repair.
#include "operator/consumers/unhealthy_before.h"

#include <gtest/gtest.h>

#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::core::ContainerState;
using api::core::Pod;

Consumer Changed(const std::function<void(Workload&)>& change) {
  Consumer consumer = RolledOut("api", 11);
  change(*consumer.workload);
  return consumer;
}

// One of two pods is ready, and there is a third of which the row tells.
Consumer WithPod(const std::function<void(Pod&)>& change) {
  Consumer consumer = Changed([](Workload& workload) { workload.ready = 1; });
  consumer.pods.push_back(PodAt("api-3", 11, change));
  return consumer;
}

struct Row {
  std::string name;
  Consumer consumer;
  std::string seen;  // "" for healthy
};

class UnhealthyTable : public testing::TestWithParam<Row> {};

TEST_P(UnhealthyTable, TellsWhatWasSeenAndTheWayOut) {
  const Row& row = GetParam();
  EXPECT_EQ(UnhealthyBefore(row.consumer),
            row.seen.empty()
                ? ""
                : row.seen +
                      " before the new key is delivered, so it is not delivered; repair it "
                      "first");
}

const Row kRows[] = {
    {"AHealthyOne", RolledOut("api", 11), ""},
    {"TooFewReadyPods", Changed([](Workload& w) { w.ready = 1; }), "1 of 2 pods are ready"},
    {"NoReadyPod", Changed([](Workload& w) { w.ready = 0; }), "0 of 2 pods are ready"},
    {"ACrashingPod", WithPod([](Pod& pod) {
       pod.status.containers[0].state = ContainerState::kWaiting;
       pod.status.containers[0].reason = "CrashLoopBackOff";
     }),
     "pod api-3 is CrashLooping"},
    {"APodOfALostNode", WithPod([](Pod& pod) { pod.status.reason = "NodeLost"; }),
     "pod api-3 is NodeLost"},
    {"AFailedRolloutOfItsOwn", Changed([](Workload& w) {
       w.updated = 1;
       w.progress_failed = true;
     }),
     "its last rollout made no progress"},
    {"ARolloutOfItsOwnMayStillEndWell", Changed([](Workload& w) {
       w.updated = 1;
       w.ready = 1;
     }),
     ""},
    {"PodsThatAreReadyButYoung", Changed([](Workload& w) { w.available = 1; }), ""},
    {"AScaledDownOne",
     Changed([](Workload& w) { w.desired = w.total = w.updated = w.ready = w.available = 0; }), ""},
};

INSTANTIATE_TEST_SUITE_P(Rows, UnhealthyTable, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace keysteward::op
