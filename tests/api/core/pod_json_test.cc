// A pod, member by member: where it takes a Secret from (each source names its Secret under another
// name, and one that is read wrongly is a consumer that rotation does not see), and whether it
// runs.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/pod_types.h"
#include "api/meta/decode.h"
#include "common/duration.h"

namespace keysteward::api::core {
namespace {

using nlohmann::json;

PodSpec Spec(const char* text) {
  const Result<Pod> pod = Decode<Pod>(json{{"spec", json::parse(text)}});
  EXPECT_TRUE(pod) << pod.error().ToString();
  return pod ? pod->spec : PodSpec{};
}

Volume OneVolume(const std::string& source) {
  const PodSpec spec = Spec((R"({"volumes": [{"name": "v", )" + source + "}]}").c_str());
  EXPECT_EQ(spec.volumes.size(), 1U);
  return spec.volumes.empty() ? Volume{} : spec.volumes[0];
}

TEST(PodSources, ASecretVolumeSaysSecretNameAndNothingElse) {
  EXPECT_EQ(OneVolume(R"("secret": {"secretName": "s"})").secret->name, "s");
  EXPECT_EQ(OneVolume(R"("secret": {"name": "s"})").secret->name, "");
  EXPECT_FALSE(OneVolume(R"("emptyDir": {"secretName": "s"})").secret);
}

TEST(PodSources, AProjectedSourceSaysNameAndNothingElse) {
  const Volume volume = OneVolume(R"("projected": {"sources": [
      {"secret": {"name": "a", "optional": true, "items": [{"key": "k", "path": "p"}]}},
      {"secret": {"secretName": "b"}}, {"configMap": {"name": "c"}}, {"downwardAPI": {}}]})");
  ASSERT_EQ(volume.projected_secrets.size(), 2U);
  EXPECT_EQ(volume.projected_secrets[0].name, "a");
  EXPECT_TRUE(volume.projected_secrets[0].optional);
  ASSERT_EQ(volume.projected_secrets[0].items.size(), 1U);
  EXPECT_EQ(volume.projected_secrets[0].items[0].key, "k");
  EXPECT_EQ(volume.projected_secrets[0].items[0].path, "p");
  EXPECT_EQ(volume.projected_secrets[1].name, "");
  ASSERT_EQ(volume.projected_config_maps.size(), 1U);
  EXPECT_EQ(volume.projected_config_maps[0].name, "c");
  EXPECT_FALSE(volume.secret) << "a projected Secret is no secret volume";
}

TEST(PodSources, ACsiVolumeMayNameASecretForItsDriver) {
  const Volume with = OneVolume(R"("csi": {"driver": "d", "nodePublishSecretRef": {"name": "s"}})");
  EXPECT_EQ(with.csi->driver, "d");
  EXPECT_EQ(with.csi->node_publish_secret, "s");
  EXPECT_EQ(OneVolume(R"("csi": {"driver": "d"})").csi->node_publish_secret, "");
  EXPECT_FALSE(OneVolume(R"("emptyDir": {})").csi);
}

TEST(PodSources, AVariableIsFromOneSource) {
  const PodSpec spec = Spec(R"({"containers": [{"name": "c", "env": [
      {"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
      {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "k2"}}},
      {"name": "C", "value": ""}, {"name": "D", "value": null}, {"name": "E"},
      {"name": "F", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]}]})");
  const std::vector<EnvVar>& env = spec.containers[0].env;
  EXPECT_EQ(env[0].name, "A");
  EXPECT_EQ(env[0].secret_key, (KeySelector{"s", "k", false}));
  EXPECT_EQ(env[0].config_map_key, std::nullopt);
  EXPECT_EQ(env[1].config_map_key, (KeySelector{"m", "k2", false}));
  EXPECT_EQ(env[1].secret_key, std::nullopt);
  EXPECT_TRUE(env[2].has_value) << "empty, but written";
  EXPECT_FALSE(env[3].has_value) << "null is absent";
  EXPECT_FALSE(env[4].has_value);
  EXPECT_EQ(env[5].secret_key, std::nullopt) << "a source that holds no key";
}

TEST(PodSources, AllEntriesOfASecretUnderAPrefix) {
  const PodSpec spec = Spec(R"({"containers": [{"name": "c", "envFrom": [
      {"prefix": "P_", "secretRef": {"name": "s", "optional": true}},
      {"secretRef": {"name": "t", "optional": false}},
      {"configMapRef": {"name": "m", "optional": true}}]}]})");
  const std::vector<EnvFromSource>& from = spec.containers[0].env_from;
  EXPECT_EQ(from[0].prefix, "P_");
  EXPECT_EQ(from[0].secret_name, "s");
  EXPECT_TRUE(from[0].optional);
  EXPECT_EQ(from[1].secret_name, "t");
  EXPECT_FALSE(from[1].optional);
  EXPECT_EQ(from[2].secret_name, "");
  EXPECT_EQ(from[2].config_map_name, "m");
  EXPECT_TRUE(from[2].optional);
}

TEST(PodSources, EachListOfContainersIsKeptApart) {
  const PodSpec spec = Spec(R"({"initContainers": [{"name": "i", "image": "img-i"}],
      "containers": [{"name": "a", "image": "img-a"}, {"name": "b"}],
      "ephemeralContainers": [{"name": "e"}]})");
  ASSERT_EQ(spec.init_containers.size(), 1U);
  EXPECT_EQ(spec.init_containers[0].name, "i");
  EXPECT_EQ(spec.init_containers[0].image, "img-i");
  ASSERT_EQ(spec.containers.size(), 2U);
  EXPECT_EQ(spec.containers[0].image, "img-a");
  EXPECT_EQ(spec.containers[1].name, "b");
  ASSERT_EQ(spec.ephemeral_containers.size(), 1U);
  EXPECT_EQ(spec.ephemeral_containers[0].name, "e");
}

TEST(PodSources, AMountTellsItsVolumePathAndPart) {
  const PodSpec spec = Spec(R"json({"containers": [{"name": "c", "volumeMounts": [
      {"name": "v", "mountPath": "/a", "subPath": "b", "readOnly": true},
      {"name": "w", "mountPath": "/c", "subPathExpr": "$(POD)"}, {"name": "x"}]
}]
})json");
  const std::vector<VolumeMount>& mounts = spec.containers[0].volume_mounts;
  EXPECT_EQ(mounts[0].name, "v");
  EXPECT_EQ(mounts[0].mount_path, "/a");
  EXPECT_EQ(mounts[0].sub_path, "b");
  EXPECT_EQ(mounts[0].sub_path_expr, "");
  EXPECT_TRUE(mounts[0].read_only);
  EXPECT_EQ(mounts[1].sub_path, "");
  EXPECT_EQ(mounts[1].sub_path_expr, "$(POD)");
  EXPECT_FALSE(mounts[1].read_only);
  EXPECT_EQ(mounts[2].mount_path, "");
}

TEST(PodJson, WhereItRunsAndAsWhom) {
  const PodSpec spec = Spec(R"({"nodeName": "node-1", "serviceAccountName": "api",
      "restartPolicy": "OnFailure", "imagePullSecrets": [{"name": "registry"}, {}],
      "initContainers": [{"name": "sidecar", "restartPolicy": "Always"}], "containers": [{}]})");
  EXPECT_EQ(spec.node_name, "node-1");
  EXPECT_EQ(spec.service_account_name, "api");
  EXPECT_EQ(spec.restart_policy, "OnFailure");
  EXPECT_EQ(spec.image_pull_secrets, (std::vector<std::string>{"registry", ""}));
  EXPECT_EQ(spec.init_containers[0].restart_policy, "Always") << "runs beside the others";
  EXPECT_EQ(spec.containers[0].restart_policy, "");
}

TEST(PodJson, AnEmptyObjectReadsAsAPodThatWaits) {
  const Result<Pod> pod = Decode<Pod>(json::object());
  ASSERT_TRUE(pod);
  EXPECT_FALSE(pod->ready());
  EXPECT_EQ(pod->spec.node_name, "");
  EXPECT_TRUE(pod->spec.containers.empty());
  EXPECT_EQ(pod->status.start_time, std::nullopt);
}

PodStatus Status(const std::string& text) {
  const Result<Pod> pod = Decode<Pod>(json{{"status", json::parse(text)}});
  EXPECT_TRUE(pod) << pod.error().ToString();
  return pod ? pod->status : PodStatus{};
}

ContainerStatus OneContainer(const std::string& members) {
  const PodStatus status = Status(R"({"containerStatuses": [{"name": "c", )" + members + "}]}");
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
  const PodStatus status = Status(R"({
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

TEST(PodJson, AWrongTypeIsNamedByItsPath) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"spec": {"volumes": {}}})", "Pod: spec.volumes: must be a list"},
      {R"({"spec": {"volumes": [7]}})", "Pod: spec.volumes[0]: must be an object"},
      {R"({"spec": {"volumes": [{"secret": {"secretName": 7}}]}})",
       "Pod: spec.volumes[0].secret.secretName: must be a string"},
      {R"({"spec": {"volumes": [{"secret": {"optional": "true"}}]}})",
       "Pod: spec.volumes[0].secret.optional: must be true or false"},
      {R"({"spec": {"volumes": [{"secret": {"items": [{"key": []}]}}]}})",
       "Pod: spec.volumes[0].secret.items[0].key: must be a string"},
      {R"({"spec": {"volumes": [{"csi": {"nodePublishSecretRef": "s"}}]}})",
       "Pod: spec.volumes[0].csi.nodePublishSecretRef: must be an object"},
      {R"({"spec": {"volumes": [{"projected": {"sources": {}}}]}})",
       "Pod: spec.volumes[0].projected.sources: must be a list"},
      {R"({"spec": {"containers": [{"envFrom": [{"secretRef": "s"}]}]}})",
       "Pod: spec.containers[0].envFrom[0].secretRef: must be an object"},
      {R"({"spec": {"containers": [{}, {"volumeMounts": [{"readOnly": 1}]}]}})",
       "Pod: spec.containers[1].volumeMounts[0].readOnly: must be true or false"},
      {R"({"spec": {"initContainers": [{"env": [{"name": 1}]}]}})",
       "Pod: spec.initContainers[0].env[0].name: must be a string"},
      {R"({"spec": {"ephemeralContainers": [{"image": 1}]}})",
       "Pod: spec.ephemeralContainers[0].image: must be a string"},
      {R"({"spec": {"imagePullSecrets": ["registry"]}})",
       "Pod: spec.imagePullSecrets[0]: must be an object"},
      {R"({"spec": {"nodeName": 1}})", "Pod: spec.nodeName: must be a string"},
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
    const Result<Pod> pod = Decode<Pod>(json::parse(text));
    ASSERT_FALSE(pod) << text;
    EXPECT_EQ(pod.error(), Error::InvalidArgument(message));
  }
}

}  // namespace
}  // namespace keysteward::api::core
