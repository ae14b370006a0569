#include <nlohmann/json.hpp>

#include "api/core/workload_types.h"

namespace keysteward::api::core {
namespace {

std::string ReadStrategy(JsonFields strategy) { return strategy.String("type", "RollingUpdate"); }

// An integer or a text such as "25%", as text.
std::string ReadIntOrPercent(JsonFields& fields, std::string_view name, std::string_view fallback) {
  const nlohmann::json* value = fields.Raw(name);
  if (value != nullptr && value->is_number()) return std::to_string(fields.Int(name));
  return fields.String(name, fallback);
}

JobSpec ReadJobSpec(JsonFields fields) {
  JobSpec spec;
  spec.suspend = fields.Bool("suspend");
  spec.selector = ReadLabelSelector(fields, "selector");
  spec.pod_template = ReadPodTemplate(fields);
  return spec;
}

DeploymentSpec ReadDeploymentSpec(JsonFields fields) {
  DeploymentSpec spec;
  spec.replicas = fields.Int("replicas", 1);
  spec.paused = fields.Bool("paused");
  JsonFields strategy = fields.Object("strategy");
  spec.strategy = ReadStrategy(strategy);
  JsonFields rolling = strategy.Object("rollingUpdate");
  spec.max_unavailable = ReadIntOrPercent(rolling, "maxUnavailable", spec.max_unavailable);
  spec.max_surge = ReadIntOrPercent(rolling, "maxSurge", spec.max_surge);
  spec.selector = ReadLabelSelector(fields, "selector");
  spec.pod_template = ReadPodTemplate(fields);
  return spec;
}

DeploymentStatus ReadDeploymentStatus(JsonFields fields) {
  DeploymentStatus status;
  status.observed_generation = fields.Int("observedGeneration");
  status.replicas = fields.Int("replicas");
  status.updated_replicas = fields.Int("updatedReplicas");
  status.ready_replicas = fields.Int("readyReplicas");
  status.available_replicas = fields.Int("availableReplicas");
  status.unavailable_replicas = fields.Int("unavailableReplicas");
  status.conditions = ReadConditions(fields);
  return status;
}

StatefulSetSpec ReadStatefulSetSpec(JsonFields fields) {
  StatefulSetSpec spec;
  spec.replicas = fields.Int("replicas", 1);
  JsonFields strategy = fields.Object("updateStrategy");
  spec.update_strategy = ReadStrategy(strategy);
  spec.partition = strategy.Object("rollingUpdate").Int("partition");
  spec.selector = ReadLabelSelector(fields, "selector");
  spec.pod_template = ReadPodTemplate(fields);
  return spec;
}

StatefulSetStatus ReadStatefulSetStatus(JsonFields fields) {
  StatefulSetStatus status;
  status.observed_generation = fields.Int("observedGeneration");
  status.replicas = fields.Int("replicas");
  status.current_replicas = fields.Int("currentReplicas");
  status.updated_replicas = fields.Int("updatedReplicas");
  status.ready_replicas = fields.Int("readyReplicas");
  status.available_replicas = fields.Int("availableReplicas");
  status.current_revision = fields.String("currentRevision");
  status.update_revision = fields.String("updateRevision");
  status.conditions = ReadConditions(fields);
  return status;
}

DaemonSetSpec ReadDaemonSetSpec(JsonFields fields) {
  DaemonSetSpec spec;
  JsonFields strategy = fields.Object("updateStrategy");
  spec.update_strategy = ReadStrategy(strategy);
  JsonFields rolling = strategy.Object("rollingUpdate");
  spec.max_surge = ReadIntOrPercent(rolling, "maxSurge", spec.max_surge);
  spec.selector = ReadLabelSelector(fields, "selector");
  spec.pod_template = ReadPodTemplate(fields);
  return spec;
}

DaemonSetStatus ReadDaemonSetStatus(JsonFields fields) {
  DaemonSetStatus status;
  status.observed_generation = fields.Int("observedGeneration");
  status.desired_number_scheduled = fields.Int("desiredNumberScheduled");
  status.current_number_scheduled = fields.Int("currentNumberScheduled");
  status.updated_number_scheduled = fields.Int("updatedNumberScheduled");
  status.number_ready = fields.Int("numberReady");
  status.number_available = fields.Int("numberAvailable");
  status.number_unavailable = fields.Int("numberUnavailable");
  status.conditions = ReadConditions(fields);
  return status;
}

ReplicaSetSpec ReadReplicaSetSpec(JsonFields fields) {
  ReplicaSetSpec spec;
  spec.replicas = fields.Int("replicas", 1);
  spec.selector = ReadLabelSelector(fields, "selector");
  spec.pod_template = ReadPodTemplate(fields);
  return spec;
}

ReplicaSetStatus ReadReplicaSetStatus(JsonFields fields) {
  return {fields.Int("observedGeneration"), fields.Int("replicas"), fields.Int("readyReplicas"),
          fields.Int("availableReplicas")};
}

JobStatus ReadJobStatus(JsonFields fields) {
  JobStatus status;
  status.active = fields.Int("active");
  status.succeeded = fields.Int("succeeded");
  status.failed = fields.Int("failed");
  status.start_time = fields.OptionalTime("startTime");
  status.completion_time = fields.OptionalTime("completionTime");
  status.conditions = ReadConditions(fields);
  return status;
}

CronJobSpec ReadCronJobSpec(JsonFields fields) {
  CronJobSpec spec;
  spec.schedule = fields.String("schedule");
  spec.suspend = fields.Bool("suspend");
  spec.job_template = ReadJobSpec(fields.Object("jobTemplate").Object("spec"));
  return spec;
}

CronJobStatus ReadCronJobStatus(JsonFields fields) {
  CronJobStatus status;
  fields.Objects("active", [&](JsonFields& job) { status.active.push_back(job.String("name")); });
  status.last_schedule_time = fields.OptionalTime("lastScheduleTime");
  status.last_successful_time = fields.OptionalTime("lastSuccessfulTime");
  return status;
}

// Every workload is metadata, spec and status; only the two readers differ.
template <typename T, typename Spec, typename Status>
Result<T> ReadWorkload(const nlohmann::json& object, Spec (*read_spec)(JsonFields),
                       Status (*read_status)(JsonFields)) {
  JsonFields fields(object, "");
  T workload;
  workload.metadata = ReadObjectMeta(fields);
  workload.spec = read_spec(fields.Object("spec"));
  workload.status = read_status(fields.Object("status"));
  KS_RETURN_IF_ERROR(fields.Check());
  return workload;
}

}  // namespace

Result<Deployment> FromJson(const nlohmann::json& object, std::type_identity<Deployment> /*kind*/) {
  return ReadWorkload<Deployment>(object, ReadDeploymentSpec, ReadDeploymentStatus);
}

Result<StatefulSet> FromJson(const nlohmann::json& object,
                             std::type_identity<StatefulSet> /*kind*/) {
  return ReadWorkload<StatefulSet>(object, ReadStatefulSetSpec, ReadStatefulSetStatus);
}

Result<DaemonSet> FromJson(const nlohmann::json& object, std::type_identity<DaemonSet> /*kind*/) {
  return ReadWorkload<DaemonSet>(object, ReadDaemonSetSpec, ReadDaemonSetStatus);
}

Result<ReplicaSet> FromJson(const nlohmann::json& object, std::type_identity<ReplicaSet> /*kind*/) {
  return ReadWorkload<ReplicaSet>(object, ReadReplicaSetSpec, ReadReplicaSetStatus);
}

Result<Job> FromJson(const nlohmann::json& object, std::type_identity<Job> /*kind*/) {
  return ReadWorkload<Job>(object, ReadJobSpec, ReadJobStatus);
}

Result<CronJob> FromJson(const nlohmann::json& object, std::type_identity<CronJob> /*kind*/) {
  return ReadWorkload<CronJob>(object, ReadCronJobSpec, ReadCronJobStatus);
}

}  // namespace keysteward::api::core
