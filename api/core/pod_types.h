// Pod and its template (core/v1): the fields that tell which Secrets a pod uses, which revision it
// runs and whether it is healthy or gone. Literal env values are not kept.
//
//   for (const core::Container& container : pod.spec.containers) …
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "common/result.h"

namespace keysteward::api {
namespace core {

// SecretKeySelector or ConfigMapKeySelector.
struct KeySelector {
  std::string name;  // of the Secret or ConfigMap
  std::string key;
  bool optional = false;

  friend bool operator==(const KeySelector&, const KeySelector&) = default;
};

struct EnvVar {
  std::string name;
  bool has_value = false;  // a literal value is present (also when empty)
  std::optional<KeySelector> secret_key;
  std::optional<KeySelector> config_map_key;
};

struct EnvFromSource {
  std::string prefix;
  std::string secret_name;      // "" when the source is no Secret
  std::string config_map_name;  // "" when the source is no ConfigMap
  bool optional = false;
};

struct VolumeMount {
  std::string name;  // of the volume
  std::string mount_path;
  std::string sub_path;  // sub_path or sub_path_expr set: the file never changes in a running pod
  std::string sub_path_expr;
  bool read_only = false;
};

// The same for init, ordinary and ephemeral containers.
struct Container {
  std::string name;
  std::string image;
  std::string restart_policy;  // "Always" on an init container makes it a sidecar
  std::vector<EnvVar> env;
  std::vector<EnvFromSource> env_from;
  std::vector<VolumeMount> volume_mounts;
};

struct KeyToPath {
  std::string key;
  std::string path;
};

// A Secret or ConfigMap seen as files: a volume of its own, or one source of a projected volume.
struct FileSource {
  std::string name;
  std::vector<KeyToPath> items;  // empty: every key under its own name
  bool optional = false;
};

struct CsiVolume {
  std::string driver;
  std::string node_publish_secret;  // "" when none
};

struct Volume {
  std::string name;
  std::optional<FileSource> secret;
  std::optional<FileSource> config_map;
  std::vector<FileSource> projected_secrets;
  std::vector<FileSource> projected_config_maps;
  std::optional<CsiVolume> csi;
  std::string mount_secret;  // that a network file system is mounted with; "" when none
};

struct PodSpec {
  std::vector<Container> init_containers;
  std::vector<Container> containers;
  std::vector<Container> ephemeral_containers;
  std::vector<Volume> volumes;
  std::vector<std::string> image_pull_secrets;
  std::string service_account_name;
  std::string node_name;  // "" until scheduled
  std::string restart_policy;
};

// The first of waiting, running, terminated that is set; kWaiting when none is, as Kubernetes says.
enum class ContainerState { kWaiting, kRunning, kTerminated };

struct ContainerStatus {
  std::string name;
  ContainerState state = ContainerState::kWaiting;
  std::string reason;     // of waiting or terminated: "CrashLoopBackOff", "OOMKilled", …
  int64_t exit_code = 0;  // when terminated
  std::optional<WallTime> started_at;   // when running or terminated
  std::optional<WallTime> finished_at;  // when terminated
  bool ready = false;
  int64_t restart_count = 0;
};

struct PodStatus {
  std::string phase;   // Pending, Running, Succeeded, Failed, Unknown
  std::string reason;  // "Evicted", "NodeLost", …
  std::vector<Condition> conditions;
  std::vector<ContainerStatus> init_containers;
  std::vector<ContainerStatus> containers;
  std::vector<ContainerStatus> ephemeral_containers;
  std::optional<WallTime> start_time;
};

struct Pod {
  ObjectMeta metadata;
  PodSpec spec;
  PodStatus status;

  bool ready() const { return IsTrue(status.conditions, "Ready"); }
};

struct PodTemplate {
  ObjectMeta metadata;
  PodSpec spec;
};

// The object's `template`, with metadata and spec.
PodTemplate ReadPodTemplate(JsonFields& object);
Result<Pod> FromJson(const nlohmann::json& object, std::type_identity<Pod> kind);

}  // namespace core

template <>
struct KindOf<core::Pod> {
  static constexpr Resource resource{"", "v1", "pods", "Pod"};
};

}  // namespace keysteward::api
