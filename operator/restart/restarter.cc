#include "operator/restart/restarter.h"

#include <nlohmann/json.hpp>

#include "api/core/secret_references.h"
#include "api/v1alpha1/annotations.h"
#include "observability/metric_names.h"
#include "operator/restart/restart_planner.h"
#include "operator/restart/workload_patch.h"
#include "operator/rotation/announce.h"
#include "operator/rotation/gate_query.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Criticality;
using api::v1alpha1::ManagedCredential;

constexpr int64_t kEmergencyLimit = 1000;

RestartLimits LimitsOf(const Environment& env, const RestartRequest& request) {
  const auto& spec = request.credential.spec;
  RestartLimits limits;
  limits.credential = request.emergency ? kEmergencyLimit : spec.consumers.max_concurrent;
  limits.name_space = request.emergency ? kEmergencyLimit : env.installation.namespace_restarts;
  limits.cluster = request.emergency ? kEmergencyLimit : env.installation.cluster_restarts;
  limits.canary = !request.emergency && spec.classification.criticality >= Criticality::kHigh;
  return limits;
}

// Every settled delivery this workload uses, so that several rotations cost one rollout.
std::map<std::string, int64_t> RevisionsFor(const Environment& env, const Workload& workload,
                                            const ManagedCredential& credential) {
  std::map<std::string, int64_t> revisions = {
      {credential.metadata.name, credential.status.settled_revision}};
  for (const SettledDelivery& peer : env.settled_deliveries(credential.metadata.namespace_name)) {
    if (api::core::UsesCredential(workload.pod_template.metadata, workload.pod_template.spec,
                                  peer.secret, peer.credential)) {
      int64_t& revision = revisions[peer.credential];
      revision = std::max(revision, peer.revision);
    }
  }
  return revisions;
}

Result<void> PatchOne(const Environment& env, const Workload& workload,
                      const ManagedCredential& credential, const kube::Call& call) {
  Result<nlohmann::json> patched = env.client.Patch(
      WorkloadResource(workload.kind), workload.metadata.key(), kube::PatchType::kApply,
      RestartPatch(workload, RevisionsFor(env, workload, credential), env.clock.WallNow()),
      {.field_manager = api::v1alpha1::kFieldManager}, call);
  if (!patched) return std::move(patched).error();
  return {};
}

}  // namespace

Result<RestartOutcome> RestartConsumers(const Environment& env, const RestartRequest& request,
                                        const kube::Call& call) {
  const ManagedCredential& credential = request.credential;
  const std::vector<Consumer> consumers = env.consumers.Cached(
      credential.metadata.namespace_name, {.secret = credential.spec.delivery.secret_name,
                                           .credential = credential.metadata.name,
                                           .include = credential.spec.consumers.include});
  const GateQuery query = GateQueryOf(env, credential, request.restrained && !request.emergency);
  // Pods that start before every kubelet serves the delivery carry the stamp of the one before.
  if (credential.status.settled_revision < query.revision) return RestartOutcome{};
  RestartLimits limits = LimitsOf(env, request);
  limits.others = env.consumers.RollingNow(credential.metadata.namespace_name);
  for (const Consumer& consumer : consumers) {
    if (!IsRolling(consumer, query.credential, query.revision)) continue;
    --limits.others.in_namespace;
    --limits.others.in_cluster;
  }
  RestartOutcome outcome;
  for (const Consumer* consumer : PlanRestarts(consumers, query, limits)) {
    if (!env.is_leader()) return Error::Unavailable("no longer leader");
    Result<void> patched = PatchOne(env, *consumer->workload, credential, call);
    if (!patched && patched.error().code == ErrorCode::kConflict) continue;
    const std::string name = consumer->kind + " " + consumer->name;
    if (!patched) {
      outcome.failed.push_back(patched.error().WithContext("restart " + name));
      continue;
    }
    outcome.patched.push_back(name);
    AnnounceRestart(env, credential, *consumer->workload);
    env.metrics.Increment(kWorkloadRestarts, {{"kind", consumer->kind}});
    env.logger.Info("consumer restarted", {{"credential", credential.metadata.key().ToString()},
                                           {"consumer", name},
                                           {"revision", query.revision}});
  }
  return outcome;
}

}  // namespace keysteward::op
