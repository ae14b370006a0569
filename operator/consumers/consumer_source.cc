#include "operator/consumers/consumer_source.h"

#include <algorithm>

#include "api/core/secret_references.h"
#include "api/meta/decode.h"

namespace keysteward::op {
namespace {

using api::core::Pod;

bool IsIncluded(const Workload& workload, const ConsumerQuery& query) {
  return std::any_of(query.include.begin(), query.include.end(), [&](const auto& reference) {
    return reference.kind == workload.kind && reference.name == workload.metadata.name;
  });
}

bool Uses(const Workload& workload, const ConsumerQuery& query) {
  return IsIncluded(workload, query) ||
         api::core::UsesCredential(workload.pod_template.metadata, workload.pod_template.spec,
                                   query.secret, query.credential);
}

bool Uses(const Pod& pod, const ConsumerQuery& query) {
  return api::core::UsesCredential(pod.metadata, pod.spec, query.secret, query.credential);
}

// A pod belongs to the workload whose selector takes it and whose kind can own it.
bool Owns(const Workload& workload, const Pod& pod) {
  const api::OwnerReference* owner = pod.metadata.Controller();
  if (owner == nullptr || workload.selector.empty()) return false;
  const std::string& owning_kind = workload.kind == "Deployment" ? "ReplicaSet" : workload.kind;
  return owner->kind == owning_kind && workload.selector.Matches(pod.metadata.labels);
}

// Appends one kind's objects of a namespace to `add`.
template <typename T, typename Add>
Result<void> ListInto(kube::Client& client, const std::string& namespace_name,
                      const kube::Call& call, Add add) {
  KS_ASSIGN_OR_RETURN(kube::ObjectList list, client.List(api::KindOf<T>::resource,
                                                         {.namespace_name = namespace_name}, call));
  for (const nlohmann::json& item : list.items) {
    KS_ASSIGN_OR_RETURN(T object, api::Decode<T>(item));
    add(std::move(object));
  }
  return {};
}

}  // namespace

std::vector<Consumer> GroupConsumers(const NamespaceSnapshot& snapshot,
                                     const ConsumerQuery& query) {
  std::vector<Consumer> consumers;
  std::vector<bool> claimed(snapshot.pods.size(), false);
  for (const Workload& workload : snapshot.workloads) {
    const bool included = IsIncluded(workload, query);
    Consumer consumer{.kind = workload.kind, .name = workload.metadata.name};
    for (size_t i = 0; i < snapshot.pods.size(); ++i) {
      const Pod& pod = *snapshot.pods[i];
      if (claimed[i] || !(included || Uses(pod, query)) || !Owns(workload, pod)) continue;
      claimed[i] = true;
      consumer.pods.push_back(snapshot.pods[i]);
    }
    // An old pod may still hold the key although the newest template no longer names it.
    if (consumer.pods.empty() && !Uses(workload, query)) continue;
    consumer.workload = workload;
    consumers.push_back(std::move(consumer));
  }
  for (size_t i = 0; i < snapshot.pods.size(); ++i) {
    const auto& pod = snapshot.pods[i];
    if (claimed[i] || !Uses(*pod, query)) continue;
    consumers.push_back({.kind = "Pod", .name = pod->metadata.name, .pods = {pod}});
  }
  return consumers;
}

Result<NamespaceSnapshot> ReadNamespace(kube::Client& client, const std::string& namespace_name,
                                        const kube::Call& call) {
  NamespaceSnapshot snapshot;
  const auto add_workload = [&](const auto& object) {
    snapshot.workloads.push_back(ToWorkload(object));
  };
  KS_RETURN_IF_ERROR(ListInto<api::core::Deployment>(client, namespace_name, call, add_workload));
  KS_RETURN_IF_ERROR(ListInto<api::core::StatefulSet>(client, namespace_name, call, add_workload));
  KS_RETURN_IF_ERROR(ListInto<api::core::DaemonSet>(client, namespace_name, call, add_workload));
  KS_RETURN_IF_ERROR(ListInto<Pod>(client, namespace_name, call, [&](Pod pod) {
    snapshot.pods.push_back(std::make_shared<const Pod>(std::move(pod)));
  }));
  return snapshot;
}

}  // namespace keysteward::op
