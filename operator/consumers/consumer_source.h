// ConsumerSource: who uses a delivered Secret, from the cache or read afresh.
//
//   source.Cached("payments", {.secret = "stripe-live", .credential = "stripe-live"});
//   KS_ASSIGN_OR_RETURN(auto now, source.Fresh(ns, query, call));    // before anything that harms
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/core/disruption_budget_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "kube/client/client.h"
#include "operator/consumers/consumer_gate.h"

namespace keysteward::op {

struct ConsumerQuery {
  std::string secret;                               // name of the delivered Secret
  std::string credential;                           // name of the ManagedCredential
  std::vector<api::v1alpha1::WorkloadRef> include;  // users that no reference shows
};

// Workloads and pods of one namespace.
struct NamespaceSnapshot {
  std::vector<Workload> workloads;
  std::vector<std::shared_ptr<const api::core::Pod>> pods;
  std::vector<std::shared_ptr<const api::core::PodDisruptionBudget>> budgets;
};

// Workloads that we told to restart and whose rollout is not through.
struct Rolling {
  int64_t in_namespace = 0;
  int64_t in_cluster = 0;  // those of the namespace too
};

// Puts pods under the workloads that own them; pure. Only users of the Secret remain.
std::vector<Consumer> GroupConsumers(const NamespaceSnapshot& snapshot, const ConsumerQuery& query);

class ConsumerSource {
 public:
  virtual ~ConsumerSource() = default;

  // From the informers; may lag behind the server.
  virtual std::vector<Consumer> Cached(const std::string& namespace_name,
                                       const ConsumerQuery& query) const = 0;
  virtual Rolling RollingNow(const std::string& namespace_name) const = 0;
  // Consistent reads of pods and workloads. One failed list fails the whole: half a view proves
  // nothing.
  virtual Result<std::vector<Consumer>> Fresh(const std::string& namespace_name,
                                              const ConsumerQuery& query,
                                              const kube::Call& call) const = 0;
};

// Consistent lists of the namespace, for Fresh: without budgets, which no proof depends on.
Result<NamespaceSnapshot> ReadNamespace(kube::Client& client, const std::string& namespace_name,
                                        const kube::Call& call);

}  // namespace keysteward::op
