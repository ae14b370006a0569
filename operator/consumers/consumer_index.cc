#include "operator/consumers/consumer_index.h"

#include <map>

#include "api/core/secret_references.h"
#include "api/v1alpha1/annotations.h"

namespace keysteward::op {

using api::core::DaemonSet;
using api::core::Deployment;
using api::core::Pod;
using api::core::StatefulSet;

namespace {

constexpr const char* kByUsage = "usage";
constexpr const char* kRestarted = "restarted";

// Workloads whose template we stamped: the only ones that can be rolling because of us.
template <typename T>
std::vector<std::string> RestartedKey(const T& workload) {
  for (const auto& [key, value] : workload.spec.pod_template.metadata.annotations) {
    if (key.starts_with(api::v1alpha1::kRevisionAnnotationPrefix)) return {"yes"};
  }
  return {};
}

template <typename T>
void IndexWorkloads(kube::Informer<T>& informer) {
  informer.AddIndex(kByUsage, [](const T& workload) {
    return UsageKeys(workload.metadata.namespace_name, workload.spec.pod_template.metadata,
                     workload.spec.pod_template.spec);
  });
  informer.AddIndex(kRestarted, RestartedKey<T>);
}

std::vector<std::string> KeysOf(const std::string& namespace_name, const ConsumerQuery& query) {
  return {namespace_name + "/secret/" + query.secret,
          namespace_name + "/credential/" + query.credential};
}

// Those of one kind that use the credential, and those named by `include`, each once.
template <typename T>
void Collect(const kube::Lister<T>& lister, const std::string& kind,
             const std::string& namespace_name, const ConsumerQuery& query,
             std::vector<Workload>& out) {
  std::map<std::string, std::shared_ptr<const T>> found;
  for (const std::string& key : KeysOf(namespace_name, query)) {
    for (const auto& workload : lister.ByIndex(kByUsage, key)) {
      found[workload->metadata.name] = workload;
    }
  }
  for (const auto& reference : query.include) {
    if (reference.kind != kind) continue;
    const auto workload = lister.Get({namespace_name, reference.name});
    if (workload != nullptr) found[reference.name] = workload;
  }
  for (const auto& [name, workload] : found) out.push_back(ToWorkload(*workload));
}

template <typename T>
void CountRolling(const kube::Lister<T>& lister, const std::string& namespace_name,
                  Rolling& rolling) {
  for (const auto& workload : lister.ByIndex(kRestarted, "yes")) {
    if (ToWorkload(*workload).RolloutComplete()) continue;
    ++rolling.in_cluster;
    if (workload->metadata.namespace_name == namespace_name) ++rolling.in_namespace;
  }
}

}  // namespace

std::vector<std::string> UsageKeys(const std::string& namespace_name,
                                   const api::ObjectMeta& metadata,
                                   const api::core::PodSpec& spec) {
  std::vector<std::string> keys;
  for (const std::string& secret : api::core::ReferencedSecrets(spec)) {
    keys.push_back(namespace_name + "/secret/" + secret);
  }
  for (const std::string& credential : api::core::InjectedCredentials(metadata)) {
    keys.push_back(namespace_name + "/credential/" + credential);
  }
  return keys;
}

ConsumerIndex::ConsumerIndex(ConsumerInformers informers, kube::Client& client)
    : informers_(informers), client_(client) {
  informers_.pods.AddIndex(kByUsage, [](const Pod& pod) {
    return UsageKeys(pod.metadata.namespace_name, pod.metadata, pod.spec);
  });
  IndexWorkloads(informers_.deployments);
  IndexWorkloads(informers_.stateful_sets);
  IndexWorkloads(informers_.daemon_sets);
}

std::vector<Consumer> ConsumerIndex::Cached(const std::string& namespace_name,
                                            const ConsumerQuery& query) const {
  NamespaceSnapshot snapshot;
  Collect(informers_.deployments.lister(), "Deployment", namespace_name, query, snapshot.workloads);
  Collect(informers_.stateful_sets.lister(), "StatefulSet", namespace_name, query,
          snapshot.workloads);
  Collect(informers_.daemon_sets.lister(), "DaemonSet", namespace_name, query, snapshot.workloads);
  std::map<std::string, std::shared_ptr<const Pod>> pods;
  const auto lister = informers_.pods.lister();
  for (const std::string& key : KeysOf(namespace_name, query)) {
    for (const auto& pod : lister.ByIndex(kByUsage, key)) pods[pod->metadata.name] = pod;
  }
  if (!query.include.empty()) {
    for (const auto& pod : lister.List(namespace_name)) pods[pod->metadata.name] = pod;
  }
  for (const auto& [name, pod] : pods) snapshot.pods.push_back(pod);
  snapshot.budgets = informers_.budgets.lister().List(namespace_name);
  return GroupConsumers(snapshot, query);
}

Rolling ConsumerIndex::RollingNow(const std::string& namespace_name) const {
  Rolling rolling;
  CountRolling(informers_.deployments.lister(), namespace_name, rolling);
  CountRolling(informers_.stateful_sets.lister(), namespace_name, rolling);
  CountRolling(informers_.daemon_sets.lister(), namespace_name, rolling);
  return rolling;
}

Result<std::vector<Consumer>> ConsumerIndex::Fresh(const std::string& namespace_name,
                                                   const ConsumerQuery& query,
                                                   const kube::Call& call) const {
  KS_ASSIGN_OR_RETURN(const NamespaceSnapshot snapshot,
                      ReadNamespace(client_, namespace_name, call));
  return GroupConsumers(snapshot, query);
}

}  // namespace keysteward::op
