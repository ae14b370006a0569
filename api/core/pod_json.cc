#include <nlohmann/json.hpp>
#include <utility>

#include "api/core/pod_types.h"

namespace keysteward::api::core {
namespace {

std::optional<KeySelector> ReadKeySelector(JsonFields& value_from, std::string_view name) {
  if (!value_from.Has(name)) return std::nullopt;
  JsonFields fields = value_from.Object(name);
  return KeySelector{fields.String("name"), fields.String("key"), fields.Bool("optional")};
}

EnvVar ReadEnvVar(JsonFields& fields) {
  EnvVar env;
  env.name = fields.String("name");
  env.has_value = fields.Has("value");
  JsonFields value_from = fields.Object("valueFrom");
  env.secret_key = ReadKeySelector(value_from, "secretKeyRef");
  env.config_map_key = ReadKeySelector(value_from, "configMapKeyRef");
  return env;
}

EnvFromSource ReadEnvFrom(JsonFields& fields) {
  EnvFromSource source;
  source.prefix = fields.String("prefix");
  JsonFields secret = fields.Object("secretRef");
  JsonFields config_map = fields.Object("configMapRef");
  source.secret_name = secret.String("name");
  source.config_map_name = config_map.String("name");
  source.optional = secret.Bool("optional") || config_map.Bool("optional");
  return source;
}

VolumeMount ReadVolumeMount(JsonFields& fields) {
  VolumeMount mount;
  mount.name = fields.String("name");
  mount.mount_path = fields.String("mountPath");
  mount.sub_path = fields.String("subPath");
  mount.sub_path_expr = fields.String("subPathExpr");
  mount.read_only = fields.Bool("readOnly");
  return mount;
}

std::vector<Container> ReadContainers(JsonFields& spec, std::string_view name) {
  std::vector<Container> containers;
  spec.Objects(name, [&](JsonFields& fields) {
    Container container;
    container.name = fields.String("name");
    container.image = fields.String("image");
    container.restart_policy = fields.String("restartPolicy");
    fields.Objects("env", [&](JsonFields& e) { container.env.push_back(ReadEnvVar(e)); });
    fields.Objects("envFrom", [&](JsonFields& e) { container.env_from.push_back(ReadEnvFrom(e)); });
    fields.Objects("volumeMounts",
                   [&](JsonFields& m) { container.volume_mounts.push_back(ReadVolumeMount(m)); });
    containers.push_back(std::move(container));
  });
  return containers;
}

// A secret volume names its Secret `secretName`; every other source says `name`.
FileSource ReadFileSource(JsonFields source, std::string_view name_field) {
  FileSource files;
  files.name = source.String(name_field);
  files.optional = source.Bool("optional");
  source.Objects("items", [&](JsonFields& item) {
    files.items.push_back({item.String("key"), item.String("path")});
  });
  return files;
}

void ReadProjected(JsonFields projected, Volume& volume) {
  projected.Objects("sources", [&](JsonFields& source) {
    if (source.Has("secret")) {
      volume.projected_secrets.push_back(ReadFileSource(source.Object("secret"), "name"));
    }
    if (source.Has("configMap")) {
      volume.projected_config_maps.push_back(ReadFileSource(source.Object("configMap"), "name"));
    }
  });
}

// The volumes that the kubelet mounts with a Secret.
std::string ReadMountSecret(JsonFields& fields) {
  if (fields.Has("azureFile")) return fields.Object("azureFile").String("secretName");
  for (const char* source :
       {"cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos"}) {
    if (fields.Has(source)) return fields.Object(source).Object("secretRef").String("name");
  }
  return "";
}

Volume ReadVolume(JsonFields& fields) {
  Volume volume;
  volume.name = fields.String("name");
  if (fields.Has("secret")) volume.secret = ReadFileSource(fields.Object("secret"), "secretName");
  if (fields.Has("configMap")) {
    volume.config_map = ReadFileSource(fields.Object("configMap"), "name");
  }
  ReadProjected(fields.Object("projected"), volume);
  if (fields.Has("csi")) {
    JsonFields csi = fields.Object("csi");
    volume.csi = CsiVolume{csi.String("driver"), csi.Object("nodePublishSecretRef").String("name")};
  }
  volume.mount_secret = ReadMountSecret(fields);
  return volume;
}

PodSpec ReadPodSpec(JsonFields spec) {
  PodSpec pod;
  pod.init_containers = ReadContainers(spec, "initContainers");
  pod.containers = ReadContainers(spec, "containers");
  pod.ephemeral_containers = ReadContainers(spec, "ephemeralContainers");
  spec.Objects("volumes", [&](JsonFields& v) { pod.volumes.push_back(ReadVolume(v)); });
  spec.Objects("imagePullSecrets",
               [&](JsonFields& s) { pod.image_pull_secrets.push_back(s.String("name")); });
  pod.service_account_name = spec.String("serviceAccountName");
  pod.node_name = spec.String("nodeName");
  pod.restart_policy = spec.String("restartPolicy");
  return pod;
}

void ReadContainerState(JsonFields state, ContainerStatus& status) {
  if (state.Has("waiting")) {
    status.reason = state.Object("waiting").String("reason");
  } else if (state.Has("running")) {
    status.state = ContainerState::kRunning;
    status.started_at = state.Object("running").OptionalTime("startedAt");
  } else if (state.Has("terminated")) {
    JsonFields ended = state.Object("terminated");
    status.state = ContainerState::kTerminated;
    status.reason = ended.String("reason");
    status.exit_code = ended.Int("exitCode");
    status.started_at = ended.OptionalTime("startedAt");
    status.finished_at = ended.OptionalTime("finishedAt");
  }
}

std::vector<ContainerStatus> ReadContainerStatuses(JsonFields& pod_status, std::string_view name) {
  std::vector<ContainerStatus> statuses;
  pod_status.Objects(name, [&](JsonFields& fields) {
    ContainerStatus status;
    status.name = fields.String("name");
    status.ready = fields.Bool("ready");
    status.restart_count = fields.Int("restartCount");
    ReadContainerState(fields.Object("state"), status);
    statuses.push_back(std::move(status));
  });
  return statuses;
}

PodStatus ReadPodStatus(JsonFields fields) {
  PodStatus status;
  status.phase = fields.String("phase");
  status.reason = fields.String("reason");
  status.conditions = ReadConditions(fields);
  status.init_containers = ReadContainerStatuses(fields, "initContainerStatuses");
  status.containers = ReadContainerStatuses(fields, "containerStatuses");
  status.ephemeral_containers = ReadContainerStatuses(fields, "ephemeralContainerStatuses");
  status.start_time = fields.OptionalTime("startTime");
  return status;
}

}  // namespace

PodTemplate ReadPodTemplate(JsonFields& object) {
  JsonFields fields = object.Object("template");
  PodTemplate pod;
  pod.metadata = ReadObjectMeta(fields);
  pod.spec = ReadPodSpec(fields.Object("spec"));
  return pod;
}

Result<Pod> FromJson(const nlohmann::json& object, std::type_identity<Pod> /*kind*/) {
  JsonFields fields(object, "");
  Pod pod;
  pod.metadata = ReadObjectMeta(fields);
  pod.spec = ReadPodSpec(fields.Object("spec"));
  pod.status = ReadPodStatus(fields.Object("status"));
  KS_RETURN_IF_ERROR(fields.Check());
  return pod;
}

}  // namespace keysteward::api::core
