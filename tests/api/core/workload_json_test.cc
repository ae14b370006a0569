// Deployment, StatefulSet, DaemonSet, ReplicaSet, Job and CronJob. The statuses are what a rotation
// waits for: each counter in its own field, and what is absent counts as not there yet, never as
// done.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/workload_types.h"
#include "api/meta/decode.h"
#include "common/duration.h"

namespace keysteward::api::core {
namespace {

using nlohmann::json;

constexpr const char* kTemplate = R"({
  "metadata": {"annotations": {"revision.keysteward.dev/stripe": "12"}},
  "spec": {"containers": [{"name": "app", "envFrom": [{"secretRef": {"name": "stripe"}}]}]}})";

json Workload(const char* spec, const char* status) {
  json object = {{"metadata", {{"name", "api"}, {"namespace", "payments"}, {"generation", 3}}},
                 {"spec", json::parse(spec)},
                 {"status", json::parse(status)}};
  object["spec"]["template"] = json::parse(kTemplate);
  object["spec"]["selector"] = {{"matchLabels", {{"app", "api"}}}};
  return object;
}

void ExpectTemplate(const PodTemplate& pod) {
  EXPECT_EQ(pod.metadata.Annotation("revision.keysteward.dev/stripe"), "12");
  EXPECT_EQ(pod.spec.containers[0].env_from[0].secret_name, "stripe");
}

TEST(Deployment, IsReadWithItsRollout) {
  const auto read = Decode<Deployment>(
      Workload(R"({"replicas": 3, "paused": true, "strategy": {"type": "Recreate"}})",
               R"({"observedGeneration": 2, "replicas": 4, "updatedReplicas": 1, "readyReplicas": 3,
          "availableReplicas": 2, "unavailableReplicas": 1,
          "conditions": [{"type": "Progressing", "status": "False",
                          "reason": "ProgressDeadlineExceeded"}]})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->spec.replicas, 3);
  EXPECT_TRUE(read->spec.paused);
  EXPECT_EQ(read->spec.strategy, "Recreate");
  EXPECT_TRUE(read->spec.selector.Matches({{"app", "api"}}));
  ExpectTemplate(read->spec.pod_template);
  EXPECT_EQ(read->metadata.generation, 3);
  EXPECT_EQ(read->status.observed_generation, 2);
  EXPECT_EQ(read->status.replicas, 4);
  EXPECT_EQ(read->status.updated_replicas, 1);
  EXPECT_EQ(read->status.ready_replicas, 3);
  EXPECT_EQ(read->status.available_replicas, 2);
  EXPECT_EQ(read->status.unavailable_replicas, 1);
  EXPECT_EQ(read->status.conditions[0].reason, "ProgressDeadlineExceeded");
}

TEST(Deployment, AbsentReplicasAreOneAndZeroIsZero) {
  EXPECT_EQ(Decode<Deployment>(Workload("{}", "{}"))->spec.replicas, 1);
  EXPECT_EQ(Decode<Deployment>(Workload(R"({"replicas": 0})", "{}"))->spec.replicas, 0);
  EXPECT_EQ(Decode<Deployment>(Workload("{}", "{}"))->spec.strategy, "RollingUpdate");
}

TEST(Deployment, RoomAndSurgeAreNumbersOrShares) {
  const auto rolling = [](const char* text) {
    return Decode<Deployment>(
        Workload((std::string(R"({"strategy": {"rollingUpdate": )") + text + "}}").c_str(), "{}"));
  };
  EXPECT_EQ(rolling("{}")->spec.max_unavailable, "25%") << "as the API server fills it in";
  EXPECT_EQ(rolling(R"({"maxUnavailable": 0, "maxSurge": "50%"})")->spec.max_unavailable, "0");
  EXPECT_EQ(rolling(R"({"maxUnavailable": 0, "maxSurge": "50%"})")->spec.max_surge, "50%");
  EXPECT_FALSE(rolling(R"({"maxUnavailable": true})"));
}

TEST(StatefulSet, IsReadWithRevisionsAndPartition) {
  const auto read =
      Decode<StatefulSet>(Workload(R"({"replicas": 2, "updateStrategy": {"type": "OnDelete",
                                                     "rollingUpdate": {"partition": 1}}})",
                                   R"({"currentRevision": "a", "updateRevision": "b"})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->spec.replicas, 2);
  EXPECT_EQ(read->spec.update_strategy, "OnDelete");
  EXPECT_EQ(read->spec.partition, 1);
  EXPECT_TRUE(read->spec.selector.Matches({{"app", "api"}}));
  EXPECT_EQ(read->status.current_revision, "a");
  EXPECT_EQ(read->status.update_revision, "b");
  ExpectTemplate(read->spec.pod_template);
}

TEST(DaemonSet, IsReadWithItsStrategy) {
  const auto read = [](const char* strategy) {
    return Decode<DaemonSet>(
        Workload((std::string(R"({"updateStrategy": )") + strategy + "}").c_str(), "{}"));
  };
  EXPECT_EQ(read(R"({"type": "OnDelete"})")->spec.update_strategy, "OnDelete");
  EXPECT_EQ(read(R"({"rollingUpdate": {"maxSurge": 2}})")->spec.max_surge, "2");
  EXPECT_EQ(read(R"({"rollingUpdate": {"maxSurge": "20%"}})")->spec.max_surge, "20%");
  EXPECT_EQ(read("{}")->spec.max_surge, "0") << "as the API server fills it in";
  EXPECT_FALSE(read(R"({"rollingUpdate": {"maxSurge": []}})"));
  EXPECT_TRUE(read("{}")->spec.selector.Matches({{"app", "api"}}));
  ExpectTemplate(read("{}")->spec.pod_template);
}

TEST(ReplicaSet, IsReadWithItsTemplate) {
  const auto read = Decode<ReplicaSet>(Workload(R"({"replicas": 2})", "{}"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->spec.replicas, 2);
  EXPECT_TRUE(read->spec.selector.Matches({{"app", "api"}}));
  ExpectTemplate(read->spec.pod_template);
}

TEST(Job, IsFinishedWhenCompleteOrFailed) {
  const auto read = Decode<Job>(Workload(R"({"suspend": true})", R"({"active": 1, "failed": 2})"));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->spec.suspend);
  EXPECT_EQ(read->status.active, 1);
  EXPECT_EQ(read->status.failed, 2);
  EXPECT_FALSE(read->finished());
  for (const char* type : {"Complete", "Failed"}) {
    const json status = {{"conditions", {{{"type", type}, {"status", "True"}}}}};
    EXPECT_TRUE(Decode<Job>(Workload("{}", status.dump().c_str()))->finished());
  }
  const char* undone = R"({"conditions": [{"type": "Complete", "status": "False"},
                                          {"type": "Suspended", "status": "True"}]})";
  EXPECT_FALSE(Decode<Job>(Workload("{}", undone))->finished());
}

TEST(CronJob, IsReadWithTheTemplateOfItsTemplate) {
  json object = json::parse(R"({
    "metadata": {"name": "nightly"},
    "spec": {"schedule": "0 2 * * *", "suspend": true, "jobTemplate": {"spec": {}}},
    "status": {"active": [{"name": "nightly-1"}], "lastScheduleTime": "2026-01-01T02:00:00Z",
               "lastSuccessfulTime": "2025-12-31T02:00:09Z"}})");
  object["spec"]["jobTemplate"]["spec"]["template"] = json::parse(kTemplate);
  const auto read = Decode<CronJob>(object);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->spec.schedule, "0 2 * * *");
  EXPECT_TRUE(read->spec.suspend);
  EXPECT_EQ(read->status.active, (std::vector<std::string>{"nightly-1"}));
  EXPECT_EQ(FormatTime(*read->status.last_schedule_time), "2026-01-01T02:00:00Z");
  EXPECT_EQ(FormatTime(*read->status.last_successful_time), "2025-12-31T02:00:09Z");
  ExpectTemplate(read->spec.job_template.pod_template);
}

TEST(Workloads, AreKnownToTheServerByGroupAndPlural) {
  EXPECT_EQ(KindOf<Deployment>::resource.api_version(), "apps/v1");
  EXPECT_EQ(KindOf<StatefulSet>::resource.plural, "statefulsets");
  EXPECT_EQ(KindOf<DaemonSet>::resource.plural, "daemonsets");
  EXPECT_EQ(KindOf<ReplicaSet>::resource.plural, "replicasets");
  EXPECT_EQ(KindOf<Job>::resource.api_version(), "batch/v1");
  EXPECT_EQ(KindOf<CronJob>::resource.plural, "cronjobs");
}

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

TEST(Workloads, AWrongTypeIsNamedWithTheKind) {
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
  EXPECT_EQ(ErrorOf<Deployment>(R"({"spec": {"replicas": "3"}})"),
            "Deployment: spec.replicas: must be an integer");
  EXPECT_EQ(ErrorOf<CronJob>(R"({"spec": {"jobTemplate": {"spec": {"template": []}}}})"),
            "CronJob: spec.jobTemplate.spec.template: must be an object");
}

}  // namespace
}  // namespace keysteward::api::core
