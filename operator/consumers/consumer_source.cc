#include "operator/consumers/consumer_source.h"

#include <algorithm>
#include <map>
#include <string_view>

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

// Pods of a namespace by each of their labels, so that a workload looks at few of them.
class PodsByLabel {
 public:
  explicit PodsByLabel(const std::vector<std::shared_ptr<const Pod>>& pods) {
    for (size_t i = 0; i < pods.size(); ++i) {
      all_.push_back(i);
      for (const auto& [name, value] : pods[i]->metadata.labels) {
        by_label_[{name, value}].push_back(i);
      }
    }
  }

  // Indexes, ascending, of pods that may match; no other one does.
  const std::vector<size_t>& Candidates(const api::LabelSelector& selector) const {
    const std::vector<size_t>* fewest = &all_;
    for (const auto& [name, value] : selector.match_labels) {
      const auto found = by_label_.find({name, value});
      if (found == by_label_.end()) return none_;
      if (found->second.size() < fewest->size()) fewest = &found->second;
    }
    return *fewest;
  }

 private:
  std::map<std::pair<std::string_view, std::string_view>, std::vector<size_t>> by_label_;
  std::vector<size_t> all_;
  const std::vector<size_t> none_;
};

// A pod belongs to the workload whose selector takes it and whose kind can own it.
bool Owns(const Workload& workload, const Pod& pod) {
  const api::OwnerReference* owner = pod.metadata.Controller();
  if (owner == nullptr || workload.selector.empty()) return false;
  const std::string& owning_kind = workload.kind == "Deployment" ? "ReplicaSet" : workload.kind;
  return owner->kind == owning_kind && workload.selector.Matches(pod.metadata.labels);
}

// The name of a budget that covers the workload's pods and has no room now, or "".
std::string ExhaustedBudget(const NamespaceSnapshot& snapshot, const Workload& workload) {
  for (const auto& budget : snapshot.budgets) {
    if (budget->exhausted() && budget->Covers(workload.pod_template.metadata.labels)) {
      return budget->metadata.name;
    }
  }
  return "";
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
  const PodsByLabel pods(snapshot.pods);
  for (const Workload& workload : snapshot.workloads) {
    const bool included = IsIncluded(workload, query);
    Consumer consumer{.kind = workload.kind, .name = workload.metadata.name};
    for (const size_t i : pods.Candidates(workload.selector)) {
      const Pod& pod = *snapshot.pods[i];
      if (claimed[i] || !(included || Uses(pod, query)) || !Owns(workload, pod)) continue;
      claimed[i] = true;
      consumer.pods.push_back(snapshot.pods[i]);
    }
    // An old pod may still hold the key although the newest template no longer names it.
    if (consumer.pods.empty() && !Uses(workload, query)) continue;
    consumer.workload = workload;
    consumer.exhausted_budget = ExhaustedBudget(snapshot, workload);
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
