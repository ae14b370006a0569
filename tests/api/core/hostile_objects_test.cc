// Core objects as a defect or an attacker would write them: whatever stands in a field, the reader
// answers with the object or with an error that names the field and repeats nothing.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/coordination/lease_types.h"
#include "api/core/config_map_types.h"
#include "api/core/disruption_budget_types.h"
#include "api/core/namespace_types.h"
#include "api/core/partial_object_metadata.h"
#include "api/core/pod_types.h"
#include "api/core/secret_types.h"
#include "api/core/service_account_types.h"
#include "api/core/workload_types.h"
#include "api/meta/decode.h"

namespace keysteward::api {
namespace {

using nlohmann::json;

constexpr const char* kMetadata = R"({
  "name": "a", "namespace": "n", "uid": "u", "resourceVersion": "1", "generation": 2,
  "creationTimestamp": "2026-01-01T00:00:00Z", "deletionTimestamp": "2026-01-02T00:00:00Z",
  "labels": {"l": "v"}, "annotations": {"x": "y"}, "finalizers": ["f"],
  "ownerReferences": [{"apiVersion": "v1", "kind": "K", "name": "o", "uid": "u2",
                       "controller": true, "blockOwnerDeletion": false}]})";

constexpr const char* kPodSpec = R"({
  "nodeName": "node", "serviceAccountName": "s", "restartPolicy": "Always",
  "imagePullSecrets": [{"name": "p"}],
  "containers": [{"name": "c", "image": "i", "restartPolicy": "Always",
    "env": [{"name": "A", "value": "b"},
            {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k", "optional": true}}},
            {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}}],
    "envFrom": [{"prefix": "P", "secretRef": {"name": "s", "optional": true}},
                {"configMapRef": {"name": "c"}}],
    "volumeMounts": [{"name": "v", "mountPath": "/m", "subPath": "p", "subPathExpr": "e",
                      "readOnly": true}]}],
  "volumes": [{"name": "v", "secret": {"secretName": "s", "optional": true,
                                       "items": [{"key": "k", "path": "p"}]}},
              {"name": "w", "projected": {"sources": [{"secret": {"name": "s"}},
                                                       {"configMap": {"name": "c"}}]}},
              {"name": "x", "csi": {"driver": "d", "nodePublishSecretRef": {"name": "s"}}},
              {"name": "y", "configMap": {"name": "c"}}]})";

constexpr const char* kConditions =
    R"([{"type": "Ready", "status": "True", "reason": "R", "message": "m",
         "observedGeneration": 1, "lastTransitionTime": "2026-01-01T00:00:00Z"}])";

json Workload(const char* more_spec, const char* status) {
  json object = {{"metadata", json::parse(kMetadata)},
                 {"spec", json::parse(more_spec)},
                 {"status", json::parse(status)}};
  object["spec"]["selector"] = json::parse(
      R"({"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "k", "operator": "In",
          "values": ["v"]}]})");
  object["spec"]["template"] = {{"metadata", {{"labels", {{"a", "b"}}}}},
                                {"spec", json::parse(kPodSpec)}};
  object["status"]["conditions"] = json::parse(kConditions);
  return object;
}

template <typename T>
json Full();

template <>
json Full<core::Pod>() {
  json status = json::parse(R"({"phase": "Running", "reason": "r",
    "startTime": "2026-01-01T00:00:00Z",
    "containerStatuses": [{"name": "c", "ready": true, "restartCount": 1,
      "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}},
      {"name": "d", "state": {"waiting": {"reason": "r"}}},
      {"name": "e", "state": {"terminated": {"reason": "r", "exitCode": 1,
        "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:00Z"}}}]})");
  status["conditions"] = json::parse(kConditions);
  return {
      {"metadata", json::parse(kMetadata)}, {"spec", json::parse(kPodSpec)}, {"status", status}};
}
template <>
json Full<core::Deployment>() {
  return Workload(R"({"replicas": 1, "paused": true, "strategy": {"type": "RollingUpdate",
                      "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": 1}}})",
                  R"({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1,
                      "readyReplicas": 1, "availableReplicas": 1, "unavailableReplicas": 1})");
}
template <>
json Full<core::StatefulSet>() {
  return Workload(
      R"({"replicas": 1, "updateStrategy": {"type": "OnDelete", "rollingUpdate": {"partition": 1}}})",
      R"({"observedGeneration": 1, "currentReplicas": 1, "currentRevision": "a",
          "updateRevision": "b"})");
}
template <>
json Full<core::DaemonSet>() {
  return Workload(
      R"({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}})",
      R"({"desiredNumberScheduled": 1, "updatedNumberScheduled": 1,
                      "numberAvailable": 1, "numberUnavailable": 1})");
}
template <>
json Full<core::ReplicaSet>() {
  return Workload(R"({"replicas": 1})", R"({"observedGeneration": 1, "replicas": 1,
                                             "readyReplicas": 1, "availableReplicas": 1})");
}
template <>
json Full<core::CronJob>() {
  return {{"metadata", json::parse(kMetadata)},
          {"spec",
           {{"schedule", "@daily"},
            {"suspend", true},
            {"jobTemplate", {{"spec", Workload("{}", "{}")["spec"]}}}}},
          {"status", json::parse(R"({"active": [{"name": "j"}],
             "lastScheduleTime": "2026-01-01T00:00:00Z",
             "lastSuccessfulTime": "2026-01-01T00:00:00Z"})")}};
}
template <>
json Full<core::Job>() {
  return Workload(R"({"suspend": true})", R"({"active": 1, "failed": 2})");
}
template <>
json Full<core::Secret>() {
  return {{"metadata", json::parse(kMetadata)},
          {"type", "Opaque"},
          {"immutable", true},
          {"data", {{"k", "dg=="}}}};
}
template <>
json Full<core::ConfigMap>() {
  return {{"metadata", json::parse(kMetadata)}, {"immutable", true}, {"data", {{"k", "v"}}}};
}
template <>
json Full<core::Namespace>() {
  return {{"metadata", json::parse(kMetadata)}, {"status", {{"phase", "Active"}}}};
}
template <>
json Full<core::PodDisruptionBudget>() {
  return {{"metadata", json::parse(kMetadata)},
          {"spec", json::parse(R"({"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}})")},
          {"status", {{"observedGeneration", 1}, {"disruptionsAllowed", 1}}}};
}
template <>
json Full<core::ServiceAccount>() {
  return json::parse(R"({"imagePullSecrets": [{"name": "a"}], "secrets": [{"name": "b"}]})");
}
template <>
json Full<core::PartialObjectMetadata>() {
  return {{"metadata", json::parse(kMetadata)}};
}
template <>
json Full<coordination::Lease>() {
  return {{"metadata", json::parse(kMetadata)},
          {"spec", json::parse(R"({"holderIdentity": "h", "leaseDurationSeconds": 15,
            "acquireTime": "2026-01-01T00:00:00.000000Z", "leaseTransitions": 1,
            "renewTime": "2026-01-01T00:00:00.000000Z"})")}};
}

template <typename T>
class HostileCoreObjects : public testing::Test {
 protected:
  HostileCoreObjects() : full_(Full<T>()) { Collect(full_, json::json_pointer()); }

  void Collect(const json& value, const json::json_pointer& at) {
    if (!at.empty()) pointers_.push_back(at);
    if (!value.is_structured()) return;
    for (const auto& [key, child] : value.items()) {
      Collect(child, value.is_array() ? at / std::stoul(key) : at / key);
    }
  }
  // "" when the object can be read.
  static std::string Answer(const json& object) {
    const Result<T> decoded = Decode<T>(object);
    return decoded ? "" : decoded.error().message;
  }

  json full_;
  std::vector<json::json_pointer> pointers_;
};

using Kinds =
    testing::Types<core::Pod, core::Deployment, core::StatefulSet, core::DaemonSet,
                   core::ReplicaSet, core::Job, core::CronJob, core::Secret, core::ConfigMap,
                   core::Namespace, core::ServiceAccount, core::PodDisruptionBudget,
                   core::PartialObjectMetadata, coordination::Lease>;
TYPED_TEST_SUITE(HostileCoreObjects, Kinds);

TYPED_TEST(HostileCoreObjects, AFullObjectIsRead) { EXPECT_EQ(this->Answer(this->full_), ""); }

TYPED_TEST(HostileCoreObjects, AnAbsentOrNullFieldIsNoErrorUnlessItIsTheCondition) {
  for (const json::json_pointer& at : this->pointers_) {
    json changed = this->full_;
    changed[at] = nullptr;
    const std::string answer = this->Answer(changed);
    if (answer.empty()) continue;
    const bool required =
        answer.ends_with(": is required") || answer.ends_with("must be an object") ||
        answer.ends_with("must be a string") || answer.find("values: must") != std::string::npos ||
        answer.ends_with("must be a list of strings");
    EXPECT_TRUE(required) << at << ": " << answer;
  }
}

TYPED_TEST(HostileCoreObjects, AnyValueInAnyFieldIsAnsweredWithItsPath) {
  const std::vector<json> values = {true,
                                    -1,
                                    UINT64_MAX,
                                    1e308,
                                    "canary-text",
                                    "\xff\xfe",
                                    json::array(),
                                    json::object(),
                                    json::array({nullptr}),
                                    json{{"", nullptr}},
                                    json::array({json::array({1})})};
  const std::string kind(KindOf<TypeParam>::resource.kind);
  for (const json::json_pointer& at : this->pointers_) {
    for (const json& value : values) {
      json changed = this->full_;
      changed[at] = value;
      const std::string answer = this->Answer(changed);
      if (answer.empty()) continue;
      EXPECT_TRUE(answer.starts_with(kind + ": ")) << answer;
      const std::string field = at.to_string().substr(1, at.to_string().find('/', 1) - 1);
      EXPECT_NE(answer.find(field), std::string::npos) << at << ": " << answer;
    }
  }
}

TYPED_TEST(HostileCoreObjects, ATextIsRepeatedOnlyWhereATimeBelongs) {
  for (const json::json_pointer& at : this->pointers_) {
    json changed = this->full_;
    changed[at] = "canary-text";
    const std::string answer = this->Answer(changed);
    if (answer.find(" is not an RFC 3339 time; ") != std::string::npos) continue;
    EXPECT_EQ(answer.find("canary"), std::string::npos) << at << ": " << answer;
  }
}

TYPED_TEST(HostileCoreObjects, WhatIsNoObjectIsRefused) {
  for (const json& value : {json(7), json("x"), json(true), json::array()}) {
    EXPECT_NE(this->Answer(value), "") << value;
  }
}

}  // namespace
}  // namespace keysteward::api
