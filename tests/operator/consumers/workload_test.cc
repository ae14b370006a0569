#include "operator/consumers/workload.h"

#include <gtest/gtest.h>

#include "api/core/workload_types.h"

namespace keysteward::op {
namespace {

api::core::Deployment RolledOutDeployment() {
  api::core::Deployment deployment;
  deployment.metadata.generation = 4;
  deployment.spec.replicas = 3;
  deployment.status = {.observed_generation = 4,
                       .replicas = 3,
                       .updated_replicas = 3,
                       .ready_replicas = 3,
                       .available_replicas = 3};
  return deployment;
}

TEST(Workload, ADeploymentIsRolledOutWhenEveryCountAgrees) {
  EXPECT_TRUE(ToWorkload(RolledOutDeployment()).RolloutComplete());
  using Status = api::core::DeploymentStatus;
  for (int64_t Status::*count :
       {&Status::observed_generation, &Status::replicas, &Status::updated_replicas,
        &Status::ready_replicas, &Status::available_replicas}) {
    api::core::Deployment deployment = RolledOutDeployment();
    --(deployment.status.*count);
    EXPECT_FALSE(ToWorkload(deployment).RolloutComplete());
  }
}

TEST(Workload, AMissedProgressDeadlineIsSeen) {
  api::core::Deployment deployment = RolledOutDeployment();
  deployment.status.conditions = {{.type = "Progressing", .status = "False"}};
  EXPECT_TRUE(ToWorkload(deployment).progress_failed);
  deployment.status.conditions = {{.type = "Progressing", .status = "True"}};
  EXPECT_FALSE(ToWorkload(deployment).progress_failed);
}

TEST(Workload, ARolloutIsUnderWayWhilePodsAreExchangedNotWhileTheyAreUnready) {
  EXPECT_FALSE(ToWorkload(RolledOutDeployment()).RolloutUnderWay());
  using Status = api::core::DeploymentStatus;
  for (int64_t Status::*count :
       {&Status::observed_generation, &Status::replicas, &Status::updated_replicas}) {
    api::core::Deployment deployment = RolledOutDeployment();
    --(deployment.status.*count);
    EXPECT_TRUE(ToWorkload(deployment).RolloutUnderWay());
  }
  api::core::Deployment unready = RolledOutDeployment();
  unready.status.ready_replicas = 0;
  EXPECT_FALSE(ToWorkload(unready).RolloutUnderWay());
}

TEST(Workload, ADeploymentTakesPodsDownAsItsStrategySays) {
  const auto takes = [](int64_t replicas, const std::string& unavailable,
                        const std::string& surge) {
    api::core::Deployment deployment;
    deployment.spec.replicas = replicas;
    deployment.spec.max_unavailable = unavailable;
    deployment.spec.max_surge = surge;
    return ToWorkload(deployment).takes_pods_down;
  };
  EXPECT_FALSE(takes(3, "25%", "25%")) << "rounded down, none may be missing";
  EXPECT_TRUE(takes(4, "25%", "25%"));
  EXPECT_FALSE(takes(100, "0", "1"));
  EXPECT_TRUE(takes(1, "1", "1"));
  EXPECT_TRUE(takes(3, "0%", "0")) << "without surge one goes first";
  EXPECT_FALSE(takes(3, "0", "1%")) << "rounded up, one may be added";
  EXPECT_FALSE(takes(3, "garbage", "1"));
  EXPECT_TRUE(takes(INT64_MAX, "99999999999999%", "1"));
}

TEST(Workload, RecreateAndStatefulSetsTakePodsDownADaemonSetUnlessItSurges) {
  api::core::Deployment deployment;
  deployment.spec.strategy = "Recreate";
  EXPECT_TRUE(ToWorkload(deployment).takes_pods_down);
  EXPECT_TRUE(ToWorkload(api::core::StatefulSet()).takes_pods_down);
  api::core::DaemonSet daemon_set;
  EXPECT_TRUE(ToWorkload(daemon_set).takes_pods_down);
  daemon_set.spec.max_surge = "1";
  EXPECT_FALSE(ToWorkload(daemon_set).takes_pods_down);
}

api::core::StatefulSet RolledOutStatefulSet() {
  api::core::StatefulSet set;
  set.metadata.generation = 4;
  set.spec.replicas = 3;
  set.status.observed_generation = 4;
  set.status.replicas = set.status.ready_replicas = set.status.available_replicas = 3;
  set.status.updated_replicas = 3;
  set.status.current_revision = "a";
  set.status.update_revision = "b";
  return set;
}

TEST(Workload, AStatefulSetIsRolledOutWhenEveryCountAgrees) {
  EXPECT_TRUE(ToWorkload(RolledOutStatefulSet()).RolloutComplete());
}

TEST(Workload, AStatefulSetOfOneRevisionMayLeaveOutItsUpdatedCount) {
  api::core::StatefulSet set = RolledOutStatefulSet();
  set.status.updated_replicas = 0;
  EXPECT_FALSE(ToWorkload(set).RolloutComplete());
  set.status.current_revision = "b";
  EXPECT_TRUE(ToWorkload(set).RolloutComplete());
}

TEST(Workload, APartitionOrOnDeleteHoldsOldPods) {
  api::core::StatefulSet set = RolledOutStatefulSet();
  EXPECT_FALSE(ToWorkload(set).holds_old_pods);
  set.spec.partition = 1;
  EXPECT_TRUE(ToWorkload(set).holds_old_pods);
  set.spec.partition = 0;
  set.spec.update_strategy = "OnDelete";
  EXPECT_TRUE(ToWorkload(set).holds_old_pods);
}

TEST(Workload, ADaemonSetCountsTheNodesItShouldRunOn) {
  api::core::DaemonSet set;
  set.metadata.generation = set.status.observed_generation = 2;
  set.status.desired_number_scheduled = set.status.current_number_scheduled = 5;
  set.status.updated_number_scheduled = set.status.number_ready = set.status.number_available = 5;
  EXPECT_TRUE(ToWorkload(set).RolloutComplete());
  set.status.updated_number_scheduled = 4;
  EXPECT_FALSE(ToWorkload(set).RolloutComplete());
  set.spec.update_strategy = "OnDelete";
  EXPECT_TRUE(ToWorkload(set).holds_old_pods);
}

}  // namespace
}  // namespace keysteward::op
