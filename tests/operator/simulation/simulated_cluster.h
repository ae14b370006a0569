// SimulatedCluster: the part of a cluster that the operator does not run: the Deployment
// controller, the pods and what each of them holds in memory.
//
// A pod takes the key that its Secret holds at the moment it starts and keeps it until it is gone.
// A template change replaces pods one by one: a new pod first, then the old one leaves. Everything
// is stored in the FakeApiServer, so the operator sees it as it would see a real cluster.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/clock.h"
#include "tests/fakes/fake_api_server.h"

namespace keysteward::op {

class SimulatedCluster {
 public:
  SimulatedCluster(kube::FakeApiServer& server, const Clock& clock)
      : server_(server), clock_(clock) {}

  // A Deployment whose pods read `secret` through env.
  void AddDeployment(const std::string& namespace_name, const std::string& name, int replicas,
                     const std::string& secret);
  // Its pods read a second Secret too.
  void AlsoReads(const std::string& deployment, const std::string& secret);
  // Pods of that Deployment never become ready on a key other than this one.
  void BreakOnOtherKeyThan(const std::string& deployment, const std::string& key_id) {
    only_key_[deployment] = key_id;
  }

  // Its pods are ready or crash, whatever key they hold, until told otherwise.
  void SetHealthy(const std::string& deployment, bool healthy);
  // Its controller does nothing, or goes on.
  void Stall(const std::string& deployment, bool stalled);

  // One of its pods dies; the controller starts another.
  void KillOnePod(const std::string& deployment);
  // One round of the Deployment controller and kubelet; false when nothing was left to do.
  bool Tick();

  // Key ids that pods which may still run hold.
  std::set<std::string> HeldKeys() const;
  // Pods that were started in all.
  int started() const { return started_; }
  // Templates the Deployment has had after its first.
  int rollouts(const std::string& deployment) const;

 private:
  struct Running {
    std::string deployment;
    std::set<std::string> keys;
    int64_t template_generation = 0;
    bool ready = false;
  };

  void TellPod(const std::string& pod, bool ready);
  nlohmann::json ReadDeployment(const std::string& name) const;
  std::string KeyInSecret(const std::string& secret) const;
  bool StartPod(const nlohmann::json& deployment);
  void StopPod(const std::string& pod);
  void WriteStatus(const nlohmann::json& deployment);
  bool TickDeployment(const std::string& name);

  kube::FakeApiServer& server_;
  const Clock& clock_;
  std::string namespace_;
  std::map<std::string, std::vector<std::string>> secrets_;  // deployment → Secrets
  std::map<std::string, std::string> replica_sets_;  // deployment → uid of the owner of its pods
  std::map<std::string, std::string> only_key_;      // deployment → the key it works with
  std::set<std::string> sick_;                       // deployments whose pods crash
  std::set<std::string> stalled_;                    // deployments whose controller sleeps
  std::map<std::string, Running> pods_;              // by pod name
  int started_ = 0;
};

}  // namespace keysteward::op
