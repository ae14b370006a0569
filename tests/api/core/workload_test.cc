#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/workload_types.h"
#include "api/meta/decode.h"

namespace keysteward::api {
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

void ExpectTemplate(const core::PodTemplate& pod) {
  EXPECT_EQ(pod.metadata.Annotation("revision.keysteward.dev/stripe"), "12");
  EXPECT_EQ(pod.spec.containers[0].env_from[0].secret_name, "stripe");
}

TEST(Deployment, IsReadWithItsRollout) {
  const auto read = Decode<core::Deployment>(
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
  EXPECT_EQ(Decode<core::Deployment>(Workload("{}", "{}"))->spec.replicas, 1);
  EXPECT_EQ(Decode<core::Deployment>(Workload(R"({"replicas": 0})", "{}"))->spec.replicas, 0);
  EXPECT_EQ(Decode<core::Deployment>(Workload("{}", "{}"))->spec.strategy, "RollingUpdate");
}

TEST(Deployment, RoomAndSurgeAreNumbersOrShares) {
  const auto rolling = [](const char* text) {
    return Decode<core::Deployment>(
        Workload((std::string(R"({"strategy": {"rollingUpdate": )") + text + "}}").c_str(), "{}"));
  };
  EXPECT_EQ(rolling("{}")->spec.max_unavailable, "25%") << "as the API server fills it in";
  EXPECT_EQ(rolling(R"({"maxUnavailable": 0, "maxSurge": "50%"})")->spec.max_unavailable, "0");
  EXPECT_EQ(rolling(R"({"maxUnavailable": 0, "maxSurge": "50%"})")->spec.max_surge, "50%");
  EXPECT_FALSE(rolling(R"({"maxUnavailable": true})"));
}

TEST(StatefulSet, IsReadWithRevisionsAndPartition) {
  const auto read = Decode<core::StatefulSet>(Workload(
      R"({"replicas": 2, "updateStrategy": {"type": "RollingUpdate",
          "rollingUpdate": {"partition": 1}}})",
      R"({"observedGeneration": 3, "replicas": 2, "currentReplicas": 1, "updatedReplicas": 1,
          "readyReplicas": 2, "availableReplicas": 2, "currentRevision": "a",
          "updateRevision": "b"})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->spec.partition, 1);
  EXPECT_EQ(read->status.current_revision, "a");
  EXPECT_EQ(read->status.update_revision, "b");
  EXPECT_EQ(read->status.current_replicas, 1);
  EXPECT_EQ(read->status.updated_replicas, 1);
  EXPECT_EQ(read->status.available_replicas, 2);
  ExpectTemplate(read->spec.pod_template);
}

TEST(DaemonSet, IsReadWithItsNodeCounts) {
  const auto read = Decode<core::DaemonSet>(Workload(
      R"({"updateStrategy": {"type": "OnDelete"}})",
      R"({"observedGeneration": 3, "desiredNumberScheduled": 5, "currentNumberScheduled": 5,
          "updatedNumberScheduled": 4, "numberReady": 3, "numberAvailable": 2,
          "numberUnavailable": 1})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->spec.update_strategy, "OnDelete");
  EXPECT_EQ(read->status.desired_number_scheduled, 5);
  EXPECT_EQ(read->status.updated_number_scheduled, 4);
  EXPECT_EQ(read->status.number_ready, 3);
  EXPECT_EQ(read->status.number_available, 2);
  EXPECT_EQ(read->status.number_unavailable, 1);
  ExpectTemplate(read->spec.pod_template);
}

TEST(ReplicaSet, IsReadWithItsCounts) {
  const auto read = Decode<core::ReplicaSet>(
      Workload(R"({"replicas": 2})", R"({"observedGeneration": 1, "replicas": 2,
                                         "readyReplicas": 1, "availableReplicas": 1})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->spec.replicas, 2);
  EXPECT_EQ(read->status.ready_replicas, 1);
  EXPECT_EQ(read->status.observed_generation, 1);
  ExpectTemplate(read->spec.pod_template);
}

TEST(Job, IsFinishedWhenCompleteOrFailed) {
  const auto read =
      Decode<core::Job>(Workload(R"({"suspend": true})", R"({"active": 1, "failed": 2})"));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->spec.suspend);
  EXPECT_EQ(read->status.active, 1);
  EXPECT_EQ(read->status.failed, 2);
  EXPECT_FALSE(read->finished());
  for (const char* type : {"Complete", "Failed"}) {
    const json status = {{"conditions", {{{"type", type}, {"status", "True"}}}}};
    EXPECT_TRUE(Decode<core::Job>(Workload("{}", status.dump().c_str()))->finished());
  }
}

TEST(CronJob, IsReadWithTheTemplateOfItsTemplate) {
  json object = json::parse(R"({
    "metadata": {"name": "nightly"},
    "spec": {"schedule": "0 2 * * *", "suspend": false, "jobTemplate": {"spec": {}}},
    "status": {"active": [{"name": "nightly-1"}], "lastScheduleTime": "2026-01-01T02:00:00Z",
               "lastSuccessfulTime": "2025-12-31T02:00:09Z"}})");
  object["spec"]["jobTemplate"]["spec"]["template"] = json::parse(kTemplate);
  const auto read = Decode<core::CronJob>(object);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->spec.schedule, "0 2 * * *");
  EXPECT_EQ(read->status.active, (std::vector<std::string>{"nightly-1"}));
  EXPECT_TRUE(read->status.last_schedule_time.has_value());
  EXPECT_TRUE(read->status.last_successful_time.has_value());
  ExpectTemplate(read->spec.job_template.pod_template);
}

TEST(Workloads, AWrongFieldIsNamedWithTheKind) {
  EXPECT_EQ(Decode<core::Deployment>(json::parse(R"({"spec": {"replicas": "3"}})")).error(),
            Error::InvalidArgument("Deployment: spec.replicas: must be an integer"));
  EXPECT_EQ(
      Decode<core::CronJob>(json::parse(R"({"spec": {"jobTemplate": {"spec": {"template": []}}}})"))
          .error(),
      Error::InvalidArgument("CronJob: spec.jobTemplate.spec.template: must be an object"));
}

TEST(Workloads, AreKnownToTheServerByGroupAndPlural) {
  EXPECT_EQ(KindOf<core::Deployment>::resource.api_version(), "apps/v1");
  EXPECT_EQ(KindOf<core::StatefulSet>::resource.plural, "statefulsets");
  EXPECT_EQ(KindOf<core::DaemonSet>::resource.plural, "daemonsets");
  EXPECT_EQ(KindOf<core::ReplicaSet>::resource.plural, "replicasets");
  EXPECT_EQ(KindOf<core::Job>::resource.api_version(), "batch/v1");
  EXPECT_EQ(KindOf<core::CronJob>::resource.plural, "cronjobs");
}

}  // namespace
}  // namespace keysteward::api
