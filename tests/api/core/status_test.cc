// The statuses that rotation waits for: each counter in its own field, and what is absent counts as
// not there yet, never as done.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/workload_types.h"
#include "api/meta/decode.h"
#include "common/duration.h"

namespace keysteward::api::core {
namespace {

using nlohmann::json;

template <typename T>
decltype(T::status) Status(const std::string& text) {
  const Result<T> object = Decode<T>(json{{"status", json::parse(text)}});
  EXPECT_TRUE(object) << object.error().ToString();
  return object ? object->status : decltype(T::status){};
}

template <typename T>
std::string ErrorOf(const char* text) {
  const Result<T> object = Decode<T>(json::parse(text));
  return object ? "" : object.error().message;
}

ContainerStatus OneContainer(const std::string& members) {
  const PodStatus status =
      Status<Pod>(R"({"containerStatuses": [{"name": "c", )" + members + "}]}");
  return status.containers.empty() ? ContainerStatus{} : status.containers[0];
}

TEST(ContainerStatusReader, KeepsTheThreeStatesApart) {
  const ContainerStatus waiting =
      OneContainer(R"("state": {"waiting": {"reason": "ErrImagePull"}})");
  EXPECT_EQ(waiting.state, ContainerState::kWaiting);
  EXPECT_EQ(waiting.reason, "ErrImagePull");
  EXPECT_EQ(waiting.started_at, std::nullopt);
  const ContainerStatus running =
      OneContainer(R"("state": {"running": {"startedAt": "2026-01-01T00:00:01Z"}})");
  EXPECT_EQ(running.state, ContainerState::kRunning);
  EXPECT_EQ(running.reason, "");
  EXPECT_EQ(FormatTime(*running.started_at), "2026-01-01T00:00:01Z");
  EXPECT_EQ(running.finished_at, std::nullopt);
  const ContainerStatus ended = OneContainer(
      R"("state": {"terminated": {"reason": "OOMKilled", "exitCode": 137,
         "startedAt": "2026-01-01T00:00:02Z", "finishedAt": "2026-01-01T00:00:03Z"}})");
  EXPECT_EQ(ended.state, ContainerState::kTerminated);
  EXPECT_EQ(ended.reason, "OOMKilled");
  EXPECT_EQ(ended.exit_code, 137);
  EXPECT_EQ(FormatTime(*ended.started_at), "2026-01-01T00:00:02Z");
  EXPECT_EQ(FormatTime(*ended.finished_at), "2026-01-01T00:00:03Z");
}

TEST(ContainerStatusReader, WithoutAStateItWaits) {
  for (const char* members : {R"("ready": false)", R"("state": {})", R"("state": null)",
                              R"("state": {"running": null})", R"("state": {"future": {}})"}) {
    EXPECT_EQ(OneContainer(members).state, ContainerState::kWaiting) << members;
  }
}

TEST(ContainerStatusReader, TheLastStateSaysNothingAboutNow) {
  const ContainerStatus status = OneContainer(
      R"("lastState": {"terminated": {"reason": "Error", "exitCode": 1}},
         "state": {"running": {"startedAt": "2026-01-01T00:00:01Z"}}, "restartCount": 4,
         "ready": true)");
  EXPECT_EQ(status.state, ContainerState::kRunning);
  EXPECT_EQ(status.reason, "");
  EXPECT_EQ(status.exit_code, 0);
  EXPECT_EQ(status.restart_count, 4);
  EXPECT_TRUE(status.ready);
}

TEST(PodStatusReader, IsReadyOnlyByItsCondition) {
  const auto ready = [](const std::string& status) {
    const Result<Pod> pod = Decode<Pod>(json{{"status", json::parse(status)}});
    return pod && pod->ready();
  };
  EXPECT_TRUE(ready(R"({"conditions": [{"type": "Ready", "status": "True"}]})"));
  for (const char* status : {R"({})", R"({"phase": "Running"})",
                             R"({"conditions": [{"type": "Ready", "status": "False"}]})",
                             R"({"conditions": [{"type": "Ready", "status": "Unknown"}]})",
                             R"({"conditions": [{"type": "Ready", "status": "true"}]})",
                             R"({"conditions": [{"type": "ContainersReady", "status": "True"}]})",
                             R"({"containerStatuses": [{"name": "c", "ready": true}]})"}) {
    EXPECT_FALSE(ready(status)) << status;
  }
}

TEST(PodStatusReader, TheThreeListsAndThePhase) {
  const PodStatus status = Status<Pod>(R"({
      "phase": "Failed", "reason": "Evicted", "startTime": "2026-01-01T00:00:00Z",
      "initContainerStatuses": [{"name": "i"}],
      "containerStatuses": [{"name": "a"}, {"name": "b"}],
      "ephemeralContainerStatuses": [{"name": "e"}]})");
  EXPECT_EQ(status.phase, "Failed");
  EXPECT_EQ(status.reason, "Evicted");
  EXPECT_EQ(FormatTime(*status.start_time), "2026-01-01T00:00:00Z");
  ASSERT_EQ(status.init_containers.size(), 1U);
  EXPECT_EQ(status.init_containers[0].name, "i");
  ASSERT_EQ(status.containers.size(), 2U);
  EXPECT_EQ(status.containers[1].name, "b");
  ASSERT_EQ(status.ephemeral_containers.size(), 1U);
  EXPECT_EQ(status.ephemeral_containers[0].name, "e");
}

TEST(WorkloadStatusReader, AbsentCountersAreZero) {
  const DeploymentStatus deployment = Status<Deployment>("{}");
  EXPECT_EQ(deployment.observed_generation, 0) << "the controller has not seen it";
  EXPECT_EQ(deployment.updated_replicas, 0);
  EXPECT_EQ(deployment.available_replicas, 0);
  EXPECT_EQ(Status<StatefulSet>("{}").updated_replicas, 0);
  EXPECT_EQ(Status<StatefulSet>("{}").update_revision, "");
  EXPECT_EQ(Status<DaemonSet>("{}").number_available, 0);
  EXPECT_EQ(Status<ReplicaSet>("{}").ready_replicas, 0);
  EXPECT_EQ(Status<Job>("{}").completion_time, std::nullopt);
  EXPECT_TRUE(Status<CronJob>("{}").active.empty());
}

TEST(WorkloadStatusReader, EveryCounterStandsInItsOwnField) {
  const auto set = Status<StatefulSet>(R"({"observedGeneration": 1, "replicas": 2,
      "currentReplicas": 3, "updatedReplicas": 4, "readyReplicas": 5, "availableReplicas": 6})");
  EXPECT_EQ(set.observed_generation, 1);
  EXPECT_EQ(set.replicas, 2);
  EXPECT_EQ(set.current_replicas, 3);
  EXPECT_EQ(set.updated_replicas, 4);
  EXPECT_EQ(set.ready_replicas, 5);
  EXPECT_EQ(set.available_replicas, 6);
  const auto daemons = Status<DaemonSet>(R"({"observedGeneration": 1, "desiredNumberScheduled": 2,
      "currentNumberScheduled": 3, "updatedNumberScheduled": 4, "numberReady": 5,
      "numberAvailable": 6, "numberUnavailable": 7})");
  EXPECT_EQ(daemons.observed_generation, 1);
  EXPECT_EQ(daemons.desired_number_scheduled, 2);
  EXPECT_EQ(daemons.current_number_scheduled, 3);
  EXPECT_EQ(daemons.updated_number_scheduled, 4);
  EXPECT_EQ(daemons.number_ready, 5);
  EXPECT_EQ(daemons.number_available, 6);
  EXPECT_EQ(daemons.number_unavailable, 7);
  const auto replicas = Status<ReplicaSet>(
      R"({"observedGeneration": 1, "replicas": 2, "readyReplicas": 3, "availableReplicas": 4})");
  EXPECT_EQ(replicas.observed_generation, 1);
  EXPECT_EQ(replicas.replicas, 2);
  EXPECT_EQ(replicas.ready_replicas, 3);
  EXPECT_EQ(replicas.available_replicas, 4);
  const auto job = Status<Job>(R"({"active": 1, "succeeded": 2, "failed": 3,
      "startTime": "2026-01-01T00:00:04Z", "completionTime": "2026-01-01T00:00:05Z"})");
  EXPECT_EQ(job.active, 1);
  EXPECT_EQ(job.succeeded, 2);
  EXPECT_EQ(job.failed, 3);
  EXPECT_EQ(FormatTime(*job.start_time), "2026-01-01T00:00:04Z");
  EXPECT_EQ(FormatTime(*job.completion_time), "2026-01-01T00:00:05Z");
}

TEST(WorkloadReader, AbsentStrategiesAreRollingAndPartitionsZero) {
  const Result<StatefulSet> set = Decode<StatefulSet>(json::object());
  ASSERT_TRUE(set);
  EXPECT_EQ(set->spec.update_strategy, "RollingUpdate");
  EXPECT_EQ(set->spec.partition, 0);
  EXPECT_EQ(set->spec.replicas, 1);
  const Result<DaemonSet> daemons = Decode<DaemonSet>(json::object());
  ASSERT_TRUE(daemons);
  EXPECT_EQ(daemons->spec.update_strategy, "RollingUpdate");
  EXPECT_FALSE(Decode<Job>(json::object())->spec.suspend);
  EXPECT_FALSE(Decode<Job>(json::object())->finished());
}

TEST(WorkloadReader, AWrongTypeIsNamedWithTheKind) {
  EXPECT_EQ(ErrorOf<Deployment>(R"({"spec": {"paused": "yes"}})"),
            "Deployment: spec.paused: must be true or false");
  EXPECT_EQ(ErrorOf<Deployment>(R"({"spec": {"strategy": "Recreate"}})"),
            "Deployment: spec.strategy: must be an object");
  EXPECT_EQ(ErrorOf<Deployment>(R"({"spec": {"replicas": 18446744073709551615}})"),
            "Deployment: spec.replicas: is out of range");
  EXPECT_EQ(ErrorOf<StatefulSet>(R"({"spec": {"updateStrategy": {"rollingUpdate": 1}}})"),
            "StatefulSet: spec.updateStrategy.rollingUpdate: must be an object");
  EXPECT_EQ(ErrorOf<StatefulSet>(R"({"status": {"updateRevision": 1}})"),
            "StatefulSet: status.updateRevision: must be a string");
  EXPECT_EQ(ErrorOf<DaemonSet>(R"({"status": {"numberReady": "1"}})"),
            "DaemonSet: status.numberReady: must be an integer");
  EXPECT_EQ(ErrorOf<ReplicaSet>(R"({"spec": {"selector": {"matchLabels": {"a": 1}}}})"),
            "ReplicaSet: spec.selector.matchLabels.a: must be a string");
  EXPECT_EQ(ErrorOf<Job>(R"({"status": {"startTime": 7}})"),
            "Job: status.startTime: must be a string");
  EXPECT_EQ(ErrorOf<CronJob>(R"({"status": {"active": ["nightly-1"]}})"),
            "CronJob: status.active[0]: must be an object");
  EXPECT_EQ(ErrorOf<CronJob>(R"({"spec": {"suspend": 0}})"),
            "CronJob: spec.suspend: must be true or false");
}

}  // namespace
}  // namespace keysteward::api::core
