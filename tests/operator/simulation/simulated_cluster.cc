#include "tests/operator/simulation/simulated_cluster.h"

#include <nlohmann/json.hpp>

#include "api/core/pod_types.h"
#include "api/core/secret_types.h"
#include "api/core/workload_types.h"
#include "api/v1alpha1/annotations.h"

namespace keysteward::op {

using nlohmann::json;

namespace {

const api::Resource& kDeployments = api::KindOf<api::core::Deployment>::resource;
const api::Resource& kPods = api::KindOf<api::core::Pod>::resource;
const api::Resource& kSecrets = api::KindOf<api::core::Secret>::resource;

json ContainersReading(const std::vector<std::string>& secrets) {
  json env = json::array();
  for (const std::string& secret : secrets) {
    env.push_back({{"name", "KEY_OF_" + secret},
                   {"valueFrom", {{"secretKeyRef", {{"name", secret}, {"key", "key"}}}}}});
  }
  return json::array({{{"name", "app"}, {"image", "app:1"}, {"env", env}}});
}

}  // namespace

void SimulatedCluster::AddDeployment(const std::string& namespace_name, const std::string& name,
                                     int replicas, const std::string& secret) {
  namespace_ = namespace_name;
  secrets_[name] = {secret};
  const json labels = {{"app", name}};
  const auto replica_set =
      server_.Create(api::KindOf<api::core::ReplicaSet>::resource,
                     {{"apiVersion", "apps/v1"},
                      {"kind", "ReplicaSet"},
                      {"metadata", {{"name", name + "-rs"}, {"namespace", namespace_name}}}},
                     {}, {});
  replica_sets_[name] = (*replica_set)["metadata"]["uid"];
  (void)server_.Create(kDeployments,
                       {{"apiVersion", "apps/v1"},
                        {"kind", "Deployment"},
                        {"metadata", {{"name", name}, {"namespace", namespace_name}}},
                        {"spec",
                         {{"replicas", replicas},
                          {"selector", {{"matchLabels", labels}}},
                          {"template",
                           {{"metadata", {{"labels", labels}}},
                            {"spec", {{"containers", ContainersReading({secret})}}}}}}}},
                       {}, {});
}

void SimulatedCluster::AlsoReads(const std::string& deployment, const std::string& secret) {
  secrets_[deployment].push_back(secret);
  (void)server_.Patch(
      kDeployments, {namespace_, deployment}, kube::PatchType::kMerge,
      {{"spec",
        {{"template", {{"spec", {{"containers", ContainersReading(secrets_[deployment])}}}}}}}},
      {}, {});
}

int SimulatedCluster::rollouts(const std::string& deployment) const {
  const json object = ReadDeployment(deployment);
  return object["metadata"].value("generation", 1) - 1;
}

json SimulatedCluster::ReadDeployment(const std::string& name) const {
  return server_.Get(kDeployments, {namespace_, name}, {}).value_or(json());
}

std::string SimulatedCluster::KeyInSecret(const std::string& secret) const {
  const Result<json> object = server_.Get(kSecrets, {namespace_, secret}, {});
  if (!object) return "";
  const json annotations = (*object)["metadata"].value("annotations", json::object());
  return annotations.value(api::v1alpha1::kKeyIdAnnotation, "");
}

bool SimulatedCluster::StartPod(const json& deployment) {
  const std::string name = deployment["metadata"]["name"];
  std::set<std::string> keys;
  for (const std::string& secret : secrets_[name]) keys.insert(KeyInSecret(secret));
  if (keys.contains("")) return false;  // the kubelet waits for the Secret
  const std::string pod = name + "-" + std::to_string(++started_);
  const json& pod_template = deployment["spec"]["template"];
  json metadata = pod_template["metadata"];
  metadata["name"] = pod;
  metadata["namespace"] = namespace_;
  metadata["ownerReferences"] = json::array({{{"apiVersion", "apps/v1"},
                                              {"kind", "ReplicaSet"},
                                              {"name", name + "-rs"},
                                              {"uid", replica_sets_[name]},
                                              {"controller", true}}});
  const bool ready =
      !sick_.contains(name) && (!only_key_.contains(name) || keys.contains(only_key_[name]));
  (void)server_.Create(kPods,
                       {{"apiVersion", "v1"},
                        {"kind", "Pod"},
                        {"metadata", metadata},
                        {"spec", pod_template["spec"]}},
                       {}, {});
  TellPod(pod, ready);
  pods_[pod] = {name, keys, deployment["metadata"].value("generation", int64_t{1}), ready};
  return true;
}

void SimulatedCluster::TellPod(const std::string& pod, bool ready) {
  const json state = ready ? json{{"running", json::object()}}
                           : json{{"waiting", {{"reason", "CrashLoopBackOff"}}}};
  (void)server_.Patch(kPods, {namespace_, pod}, kube::PatchType::kMerge,
                      {{"status",
                        {{"phase", "Running"},
                         {"containerStatuses",
                          json::array({{{"name", "app"}, {"ready", ready}, {"state", state}}})}}}},
                      {.subresource = "status"}, {});
}

void SimulatedCluster::SetHealthy(const std::string& deployment, bool healthy) {
  if (healthy) {
    sick_.erase(deployment);
  } else {
    sick_.insert(deployment);
  }
  for (auto& [pod, running] : pods_) {
    if (running.deployment != deployment) continue;
    running.ready = healthy;
    TellPod(pod, healthy);
  }
}

void SimulatedCluster::Stall(const std::string& deployment, bool stalled) {
  if (stalled) {
    stalled_.insert(deployment);
  } else {
    stalled_.erase(deployment);
  }
}

void SimulatedCluster::StopPod(const std::string& pod) {
  (void)server_.Delete(kPods, {namespace_, pod}, {}, {});
  pods_.erase(pod);
}

void SimulatedCluster::KillOnePod(const std::string& deployment) {
  for (const auto& [pod, running] : pods_) {
    if (running.deployment != deployment) continue;
    return StopPod(std::string(pod));
  }
}

void SimulatedCluster::WriteStatus(const json& deployment) {
  const std::string name = deployment["metadata"]["name"];
  const int64_t generation = deployment["metadata"].value("generation", int64_t{1});
  int64_t total = 0;
  int64_t updated = 0;
  int64_t ready = 0;
  for (const auto& [pod, running] : pods_) {
    if (running.deployment != name) continue;
    ++total;
    if (running.template_generation == generation) ++updated;
    if (running.ready) ++ready;
  }
  const json status = {{"observedGeneration", generation},
                       {"replicas", total},
                       {"updatedReplicas", updated},
                       {"readyReplicas", ready},
                       {"availableReplicas", ready}};
  if (deployment.value("status", json()) == status) return;
  (void)server_.Patch(kDeployments, {namespace_, name}, kube::PatchType::kMerge,
                      {{"status", status}}, {.subresource = "status"}, {});
}

bool SimulatedCluster::TickDeployment(const std::string& name) {
  const json deployment = ReadDeployment(name);
  if (deployment.is_null() || stalled_.contains(name)) return false;
  const int64_t generation = deployment["metadata"].value("generation", int64_t{1});
  const int64_t replicas = deployment["spec"]["replicas"];
  int64_t total = 0;
  int64_t updated = 0;
  bool unready = false;
  std::string old_pod;
  for (const auto& [pod, running] : pods_) {
    if (running.deployment != name) continue;
    ++total;
    if (running.template_generation == generation) {
      ++updated;
      unready = unready || !running.ready;
    } else {
      old_pod = pod;
    }
  }
  bool changed = false;
  if (updated < replicas && total <= replicas) {
    changed = StartPod(deployment);
  } else if (!old_pod.empty() && !unready) {
    StopPod(old_pod);
    changed = true;
  }
  WriteStatus(deployment);
  return changed;
}

bool SimulatedCluster::Tick() {
  bool changed = false;
  for (const auto& [name, secrets] : secrets_) changed = TickDeployment(name) || changed;
  return changed;
}

std::set<std::string> SimulatedCluster::HeldKeys() const {
  std::set<std::string> held;
  for (const auto& [pod, running] : pods_) held.insert(running.keys.begin(), running.keys.end());
  return held;
}

}  // namespace keysteward::op
