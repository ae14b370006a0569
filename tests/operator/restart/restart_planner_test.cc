#include "operator/restart/restart_planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const WallTime kNow = FakeClock().WallNow();
const GateQuery kQuery{.credential = "stripe-live", .revision = 2, .now = kNow};

std::vector<std::string> Plan(const std::vector<Consumer>& consumers,
                              const RestartLimits& limits = {}) {
  std::vector<std::string> names;
  for (const Consumer* consumer : PlanRestarts(consumers, kQuery, limits)) {
    names.push_back(consumer->name);
  }
  return names;
}

Consumer Rolling(const std::string& name) {
  Consumer consumer = NotRestarted(name, 2, 1);
  consumer.workload->updated = 1;
  return consumer;
}

TEST(RestartPlanner, PatchesWorkloadsWhosePodsAreOlderThanTheDelivery) {
  EXPECT_THAT(Plan({NotRestarted("b", 0, 1), NotRestarted("a", 1, 1), RolledOut("c", 2)}),
              ElementsAre("a", "b"));
}

TEST(RestartPlanner, I18_ATemplateThatCarriesTheDeliveryIsNeverPatchedAgain) {
  EXPECT_THAT(Plan({Rolling("a"), NotRestarted("b", 2, 1)}), IsEmpty());
}

TEST(RestartPlanner, PodsThatAlreadyRunTheDeliveryNeedNoRestart) {
  EXPECT_THAT(Plan({NotRestarted("a", 0, 2)}), IsEmpty());
}

TEST(RestartPlanner, AWorkloadWithoutPodsNeedsNoRestart) {
  Consumer idle = NotRestarted("a", 0, 1);
  idle.pods.clear();
  EXPECT_THAT(Plan({idle}), IsEmpty());
}

TEST(RestartPlanner, APausedWorkloadIsLeftAlone) {
  Consumer paused = NotRestarted("a", 0, 1);
  paused.workload->paused = true;
  EXPECT_THAT(Plan({paused}), IsEmpty());
}

TEST(RestartPlanner, ABarePodIsNeverRestarted) {
  EXPECT_THAT(Plan({{.kind = "Pod", .name = "one", .pods = {PodAt("one", 1)}}}), IsEmpty());
}

TEST(RestartPlanner, TheLimitOfTheCredentialCountsWhatRolls) {
  const std::vector<Consumer> consumers = {Rolling("r"), NotRestarted("a", 0, 1),
                                           NotRestarted("b", 0, 1), NotRestarted("c", 0, 1)};
  EXPECT_THAT(Plan(consumers, {.credential = 3}), ElementsAre("a", "b"));
  EXPECT_THAT(Plan(consumers, {.credential = 1}), IsEmpty());
}

TEST(RestartPlanner, TheLimitOfTheClusterCountsTheOthers) {
  const std::vector<Consumer> consumers = {NotRestarted("a", 0, 1), NotRestarted("b", 0, 1)};
  EXPECT_THAT(Plan(consumers, {.cluster = 25, .others = {.in_cluster = 24}}), ElementsAre("a"));
  EXPECT_THAT(Plan(consumers, {.cluster = 25, .others = {.in_cluster = 30}}), IsEmpty());
}

TEST(RestartPlanner, TheLimitOfTheNamespaceCountsTheOthersThere) {
  const std::vector<Consumer> consumers = {Rolling("r"), NotRestarted("a", 0, 1),
                                           NotRestarted("b", 0, 1)};
  EXPECT_THAT(Plan(consumers, {.name_space = 10, .others = {.in_namespace = 8, .in_cluster = 8}}),
              ElementsAre("a"));
  EXPECT_THAT(Plan(consumers, {.name_space = 10, .others = {.in_namespace = 9, .in_cluster = 9}}),
              IsEmpty());
  EXPECT_THAT(Plan(consumers, {.name_space = 10, .others = {.in_namespace = 0, .in_cluster = 9}}),
              ElementsAre("a", "b"))
      << "what rolls in other namespaces";
}

TEST(RestartPlanner, ACanaryGoesAloneUntilItIsThrough) {
  const std::vector<Consumer> waiting = {NotRestarted("a", 0, 1), NotRestarted("b", 0, 1)};
  EXPECT_THAT(Plan(waiting, {.canary = true}), ElementsAre("a"));
  EXPECT_THAT(Plan({Rolling("a"), NotRestarted("b", 0, 1)}, {.canary = true}), IsEmpty());
  EXPECT_THAT(
      Plan({RolledOut("a", 2), NotRestarted("b", 0, 1), NotRestarted("c", 0, 1)}, {.canary = true}),
      ElementsAre("b", "c"));
}

}  // namespace
}  // namespace keysteward::op
