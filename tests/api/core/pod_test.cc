#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/pod_types.h"
#include "api/meta/decode.h"
#include "common/duration.h"

namespace keysteward::api {
namespace {

using nlohmann::json;

constexpr const char* kPod = R"json({
  "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "api-0", "namespace": "payments"},
  "spec": {
    "nodeName": "node-1", "serviceAccountName": "api", "restartPolicy": "Always",
    "imagePullSecrets": [{"name": "registry"}, {}],
    "initContainers": [{"name": "sidecar", "image": "i", "restartPolicy": "Always",
      "envFrom": [{"prefix": "P_", "secretRef": {"name": "s-env-from", "optional": true}},
                  {"configMapRef": {"name": "c-env-from"}}]}],
    "containers": [{"name": "app", "image": "app:1",
      "env": [{"name": "PLAIN", "value": "x"}, {"name": "BLANK", "value": ""},
              {"name": "KEY", "valueFrom": {"secretKeyRef":
                {"name": "s-env", "key": "token", "optional": true}}},
              {"name": "MODE", "valueFrom": {"configMapKeyRef": {"name": "c-env", "key": "mode"}}},
              {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}],
      "volumeMounts": [{"name": "v", "mountPath": "/etc/key", "subPath": "key", "readOnly": true},
                       {"name": "w", "mountPath": "/w", "subPathExpr": "$(POD)"}]}],
    "ephemeralContainers": [{"name": "debug",
      "env": [{"name": "K", "valueFrom": {"secretKeyRef": {"name": "s-debug", "key": "k"}}}]}],
    "volumes": [
      {"name": "v", "secret": {"secretName": "s-volume", "optional": true,
        "items": [{"key": "token", "path": "key"}]}},
      {"name": "w", "projected": {"sources": [
        {"secret": {"name": "s-projected"}}, {"serviceAccountToken": {"path": "t"}},
        {"configMap": {"name": "c-projected"}}, {"secret": {"name": "s-projected-2"}}]}},
      {"name": "x", "csi": {"driver": "d.example", "nodePublishSecretRef": {"name": "s-csi"}}},
      {"name": "y", "configMap": {"name": "c-volume"}}, {"name": "z", "emptyDir": {}}]},
  "status": {
    "phase": "Running", "startTime": "2026-01-01T00:00:00Z", "reason": "",
    "conditions": [{"type": "Ready", "status": "True", "lastProbeTime": null}],
    "containerStatuses": [
      {"name": "app", "ready": true, "restartCount": 2,
       "state": {"running": {"startedAt": "2026-01-01T00:00:05Z"}}}],
    "initContainerStatuses": [
      {"name": "sidecar", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
    "ephemeralContainerStatuses": [
      {"name": "debug", "state": {"terminated": {"reason": "OOMKilled", "exitCode": 137,
        "startedAt": "2026-01-01T00:00:01Z", "finishedAt": "2026-01-01T00:00:02Z"}}}]}})json";

core::Pod ReadPod() { return *Decode<core::Pod>(json::parse(kPod)); }

TEST(Pod, EveryWayToUseASecretIsRead) {
  const core::PodSpec spec = ReadPod().spec;
  const core::Container& app = spec.containers[0];
  EXPECT_EQ(app.env[2].secret_key, (core::KeySelector{"s-env", "token", true}));
  EXPECT_EQ(spec.ephemeral_containers[0].env[0].secret_key->name, "s-debug");
  EXPECT_EQ(spec.init_containers[0].env_from[0].secret_name, "s-env-from");
  EXPECT_EQ(spec.init_containers[0].env_from[0].prefix, "P_");
  EXPECT_TRUE(spec.init_containers[0].env_from[0].optional);
  EXPECT_EQ(spec.volumes[0].secret->name, "s-volume");
  EXPECT_TRUE(spec.volumes[0].secret->optional);
  EXPECT_EQ(spec.volumes[0].secret->items[0].path, "key");
  ASSERT_EQ(spec.volumes[1].projected_secrets.size(), 2U);
  EXPECT_EQ(spec.volumes[1].projected_secrets[1].name, "s-projected-2");
  EXPECT_EQ(spec.volumes[2].csi->node_publish_secret, "s-csi");
  EXPECT_EQ(spec.image_pull_secrets, (std::vector<std::string>{"registry", ""}));
}

TEST(Pod, ConfigMapsAndOtherSourcesAreNoSecrets) {
  const core::PodSpec spec = ReadPod().spec;
  EXPECT_EQ(spec.containers[0].env[3].secret_key, std::nullopt);
  EXPECT_EQ(spec.containers[0].env[3].config_map_key->name, "c-env");
  EXPECT_EQ(spec.containers[0].env[4].secret_key, std::nullopt);
  EXPECT_EQ(spec.init_containers[0].env_from[1].secret_name, "");
  EXPECT_EQ(spec.init_containers[0].env_from[1].config_map_name, "c-env-from");
  EXPECT_EQ(spec.volumes[1].projected_config_maps[0].name, "c-projected");
  EXPECT_FALSE(spec.volumes[3].secret.has_value());
  EXPECT_EQ(spec.volumes[3].config_map->name, "c-volume");
  EXPECT_FALSE(spec.volumes[4].csi.has_value());
}

TEST(Pod, ALiteralValueIsSeenButNotKept) {
  const core::Container app = ReadPod().spec.containers[0];
  EXPECT_TRUE(app.env[0].has_value);
  EXPECT_TRUE(app.env[1].has_value);
  EXPECT_FALSE(app.env[2].has_value);
}

TEST(Pod, MountsTellWhetherTheFileCanChange) {
  const core::Container app = ReadPod().spec.containers[0];
  EXPECT_EQ(app.volume_mounts[0].sub_path, "key");
  EXPECT_TRUE(app.volume_mounts[0].read_only);
  EXPECT_EQ(app.volume_mounts[1].sub_path_expr, "$(POD)");
  EXPECT_EQ(ReadPod().spec.init_containers[0].restart_policy, "Always");
}

TEST(Pod, StatusTellsReadinessAndTheStateOfEachContainer) {
  const core::Pod pod = ReadPod();
  EXPECT_TRUE(pod.ready());
  EXPECT_EQ(pod.status.phase, "Running");
  EXPECT_EQ(FormatTime(*pod.status.start_time), "2026-01-01T00:00:00Z");
  EXPECT_EQ(pod.status.containers[0].state, core::ContainerState::kRunning);
  EXPECT_EQ(pod.status.containers[0].restart_count, 2);
  EXPECT_EQ(FormatTime(*pod.status.containers[0].started_at), "2026-01-01T00:00:05Z");
  EXPECT_EQ(pod.status.init_containers[0].state, core::ContainerState::kWaiting);
  EXPECT_EQ(pod.status.init_containers[0].reason, "CrashLoopBackOff");
  const core::ContainerStatus& ended = pod.status.ephemeral_containers[0];
  EXPECT_EQ(ended.state, core::ContainerState::kTerminated);
  EXPECT_EQ(ended.exit_code, 137);
  EXPECT_EQ(ended.reason, "OOMKilled");
  EXPECT_EQ(FormatTime(*ended.finished_at), "2026-01-01T00:00:02Z");
}

TEST(Pod, AnEmptyObjectReadsAsAPodThatWaits) {
  const Result<core::Pod> pod = Decode<core::Pod>(json::object());
  ASSERT_TRUE(pod);
  EXPECT_FALSE(pod->ready());
  EXPECT_EQ(pod->spec.node_name, "");
  const core::Pod stateless = *Decode<core::Pod>(
      json::parse(R"({"status": {"containerStatuses": [{"name": "a", "state": {}}]}})"));
  EXPECT_EQ(stateless.status.containers[0].state, core::ContainerState::kWaiting);
}

TEST(Pod, AWrongFieldIsNamedByItsPath) {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {R"({"spec": {"containers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": 1}}}]}]}})",
       "Pod: spec.containers[0].env[0].valueFrom.secretKeyRef.name: must be a string"},
      {R"({"spec": {"volumes": [{"projected": {"sources": [{"secret": []}]}}]}})",
       "Pod: spec.volumes[0].projected.sources[0].secret: must be an object"},
      {R"({"spec": {"containers": {}}})", "Pod: spec.containers: must be a list"},
      {R"({"spec": 7})", "Pod: spec: must be an object"},
      {R"({"status": {"containerStatuses": [{"state": {"terminated": {"exitCode": "x"}}}]}})",
       "Pod: status.containerStatuses[0].state.terminated.exitCode: must be an integer"},
      {R"([])", "Pod: document: must be an object"}};
  for (const auto& [text, message] : rows) {
    const Result<core::Pod> pod = Decode<core::Pod>(json::parse(text));
    ASSERT_FALSE(pod) << text;
    EXPECT_EQ(pod.error(), Error::InvalidArgument(message));
  }
}

}  // namespace
}  // namespace keysteward::api
