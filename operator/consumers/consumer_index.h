// ConsumerIndex: ConsumerSource over the informers of pods, workloads and disruption budgets.
//
// Pods and workloads are indexed by namespace and Secret name, so a look costs what it finds. Made
// before the informers start. Thread-safe.
#pragma once

#include "kube/cache/informer.h"
#include "operator/consumers/consumer_source.h"

namespace keysteward::op {

struct ConsumerInformers {
  kube::Informer<api::core::Pod>& pods;
  kube::Informer<api::core::Deployment>& deployments;
  kube::Informer<api::core::StatefulSet>& stateful_sets;
  kube::Informer<api::core::DaemonSet>& daemon_sets;
  kube::Informer<api::core::PodDisruptionBudget>& budgets;
};

class ConsumerIndex final : public ConsumerSource {
 public:
  ConsumerIndex(ConsumerInformers informers, kube::Client& client);

  std::vector<Consumer> Cached(const std::string& namespace_name,
                               const ConsumerQuery& query) const override;
  Rolling RollingNow(const std::string& namespace_name) const override;
  Result<std::vector<Consumer>> Fresh(const std::string& namespace_name, const ConsumerQuery& query,
                                      const kube::Call& call) const override;

 private:
  ConsumerInformers informers_;
  kube::Client& client_;
};

// "<namespace>/secret/<name>" and "<namespace>/credential/<name>" for all that a pod or template
// uses.
std::vector<std::string> UsageKeys(const std::string& namespace_name,
                                   const api::ObjectMeta& metadata, const api::core::PodSpec& spec);

}  // namespace keysteward::op
