// Deployment, StatefulSet, DaemonSet, ReplicaSet (apps/v1), Job and CronJob (batch/v1): the fields
// that say which pods belong to a workload and whether its rollout is finished.
//
// Numbers that Kubernetes leaves out when zero read as 0; replicas absent reads as 1, the default
// of the API server.
//
//   const bool rolled_out = d.status.observed_generation >= d.metadata.generation &&
//                           d.status.updated_replicas == d.spec.replicas;
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "api/core/pod_types.h"
#include "api/meta/kind.h"
#include "api/meta/label_selector.h"
#include "api/meta/object_meta.h"
#include "common/result.h"

namespace keysteward::api {
namespace core {

struct DeploymentSpec {
  int64_t replicas = 1;
  bool paused = false;
  std::string strategy = "RollingUpdate";  // or Recreate
  std::string max_unavailable = "25%";     // of a rolling update: a number, or a share of replicas
  std::string max_surge = "25%";
  LabelSelector selector;
  PodTemplate pod_template;
};

struct DeploymentStatus {
  int64_t observed_generation = 0;
  int64_t replicas = 0;
  int64_t updated_replicas = 0;
  int64_t ready_replicas = 0;
  int64_t available_replicas = 0;
  int64_t unavailable_replicas = 0;
  std::vector<Condition> conditions;  // Progressing, Available, ReplicaFailure
};

struct Deployment {
  ObjectMeta metadata;
  DeploymentSpec spec;
  DeploymentStatus status;
};

struct StatefulSetSpec {
  int64_t replicas = 1;
  std::string update_strategy = "RollingUpdate";  // or OnDelete
  int64_t partition = 0;  // of a rolling update: ordinals below it keep the old template
  LabelSelector selector;
  PodTemplate pod_template;
};

struct StatefulSetStatus {
  int64_t observed_generation = 0;
  int64_t replicas = 0;
  int64_t current_replicas = 0;
  int64_t updated_replicas = 0;
  int64_t ready_replicas = 0;
  int64_t available_replicas = 0;
  std::string current_revision;
  std::string update_revision;
  std::vector<Condition> conditions;
};

struct StatefulSet {
  ObjectMeta metadata;
  StatefulSetSpec spec;
  StatefulSetStatus status;
};

struct DaemonSetSpec {
  std::string update_strategy = "RollingUpdate";  // or OnDelete
  std::string max_surge = "0";                    // of a rolling update: a number, or a share
  LabelSelector selector;
  PodTemplate pod_template;
};

struct DaemonSetStatus {
  int64_t observed_generation = 0;
  int64_t desired_number_scheduled = 0;
  int64_t current_number_scheduled = 0;
  int64_t updated_number_scheduled = 0;
  int64_t number_ready = 0;
  int64_t number_available = 0;
  int64_t number_unavailable = 0;
  std::vector<Condition> conditions;
};

struct DaemonSet {
  ObjectMeta metadata;
  DaemonSetSpec spec;
  DaemonSetStatus status;
};

struct ReplicaSetSpec {
  int64_t replicas = 1;
  LabelSelector selector;
  PodTemplate pod_template;
};

struct ReplicaSetStatus {
  int64_t observed_generation = 0;
  int64_t replicas = 0;
  int64_t ready_replicas = 0;
  int64_t available_replicas = 0;
};

struct ReplicaSet {
  ObjectMeta metadata;
  ReplicaSetSpec spec;
  ReplicaSetStatus status;
};

struct JobSpec {
  bool suspend = false;
  LabelSelector selector;
  PodTemplate pod_template;
};

struct JobStatus {
  int64_t active = 0;
  int64_t succeeded = 0;
  int64_t failed = 0;
  std::optional<WallTime> start_time;
  std::optional<WallTime> completion_time;
  std::vector<Condition> conditions;  // Complete, Failed, Suspended
};

struct Job {
  ObjectMeta metadata;
  JobSpec spec;
  JobStatus status;

  bool finished() const {
    return IsTrue(status.conditions, "Complete") || IsTrue(status.conditions, "Failed");
  }
};

struct CronJobSpec {
  std::string schedule;
  bool suspend = false;
  JobSpec job_template;
};

struct CronJobStatus {
  std::vector<std::string> active;  // names of the Jobs that run now
  std::optional<WallTime> last_schedule_time;
  std::optional<WallTime> last_successful_time;
};

struct CronJob {
  ObjectMeta metadata;
  CronJobSpec spec;
  CronJobStatus status;
};

Result<Deployment> FromJson(const nlohmann::json& object, std::type_identity<Deployment> kind);
Result<StatefulSet> FromJson(const nlohmann::json& object, std::type_identity<StatefulSet> kind);
Result<DaemonSet> FromJson(const nlohmann::json& object, std::type_identity<DaemonSet> kind);
Result<ReplicaSet> FromJson(const nlohmann::json& object, std::type_identity<ReplicaSet> kind);
Result<Job> FromJson(const nlohmann::json& object, std::type_identity<Job> kind);
Result<CronJob> FromJson(const nlohmann::json& object, std::type_identity<CronJob> kind);

}  // namespace core

template <>
struct KindOf<core::Deployment> {
  static constexpr Resource resource{"apps", "v1", "deployments", "Deployment"};
};
template <>
struct KindOf<core::StatefulSet> {
  static constexpr Resource resource{"apps", "v1", "statefulsets", "StatefulSet"};
};
template <>
struct KindOf<core::DaemonSet> {
  static constexpr Resource resource{"apps", "v1", "daemonsets", "DaemonSet"};
};
template <>
struct KindOf<core::ReplicaSet> {
  static constexpr Resource resource{"apps", "v1", "replicasets", "ReplicaSet"};
};
template <>
struct KindOf<core::Job> {
  static constexpr Resource resource{"batch", "v1", "jobs", "Job"};
};
template <>
struct KindOf<core::CronJob> {
  static constexpr Resource resource{"batch", "v1", "cronjobs", "CronJob"};
};

}  // namespace keysteward::api
