// OperatorWorld: the production reconcilers against a fake cluster, a fake provider and a clock of
// the test, with crashes at any call and the invariants of docs/rotation.md checked as things
// happen.
//
//   OperatorWorld world;
//   world.cluster.AddDeployment("payments", "api", 2, "stripe-live");
//   world.Apply(ManagedCredentialBuilder("stripe-live").Build());
//   world.RunUntilRest();
//   EXPECT_EQ(world.Credential().status.current->generation, 1);
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/v1alpha1/credential_revocation_types.h"
#include "kube/cache/store.h"
#include "operator/installation/installation.h"
#include "operator/reconcilers/credential_rotation_reconciler.h"
#include "operator/reconcilers/managed_credential_reconciler.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/operator/simulation/fake_provider.h"
#include "tests/operator/simulation/simulated_cluster.h"

namespace keysteward::op {

// Thrown out of a call to end the operator's process at that instruction.
struct Crash {};

class OperatorWorld {
 public:
  OperatorWorld();
  ~OperatorWorld();

  void Apply(const api::v1alpha1::ManagedCredential& credential);
  // Creates a request as a person would.
  void Request(const api::v1alpha1::CredentialRotation& rotation);
  void DeleteCredential(const std::string& name = "stripe-live");

  // One look at every object with what the cache holds now, then one round of the cluster. Returns
  // how long the operator wants to wait at most.
  Duration Step();
  // Steps, advancing the clock as asked, until nothing changes any more or `limit` has passed.
  void RunUntilRest(Duration limit = std::chrono::hours(2));
  void RunFor(Duration duration);

  // The process ends and another takes over, with nothing but what the cluster holds.
  void RestartOperator() { Restart(); }
  // The process is stopped by its kernel inside the next provider call of that verb, after its
  // lease check; a second process leads from then on. ThawLeader lets the first go on from there.
  void FreezeLeaderAt(const std::string& verb);
  void ThawLeader();
  // One look of the sweeper, with fresh caches.
  void Sweep();

  // The next call number `index`, counted from now over API server and provider, crashes in
  // `phase`.
  void CrashAt(int index, bool after);
  bool crashed() const { return crashed_; }
  int calls() const { return calls_; }
  void CountCallsFromNow() { calls_ = 0; }

  api::v1alpha1::ManagedCredential Credential(const std::string& name = "stripe-live");
  std::vector<api::v1alpha1::CredentialRotation> Rotations();
  bool Exists(const std::string& name = "stripe-live");
  // Whether a CredentialRevocation names the key or its whole generation.
  bool RevocationAnswersFor(const std::string& key_id);
  api::v1alpha1::CredentialRotation Rotation(const std::string& name);
  std::string KeyIdInSecret(const std::string& name = "stripe-live");
  // What was broken so far, each once; empty is good.
  const std::vector<std::string>& violations() const { return violations_; }
  // At rest: exactly the current key lives, evidence verifies, nothing is staged for dead keys.
  void ExpectSettled();

  FakeClock clock;
  FakeRandom random;
  FakeLogger log;
  FakeMetrics metrics;
  kube::FakeApiServer server{clock, random};
  FakeProvider provider{clock, random};
  SimulatedCluster cluster{server, clock};
  std::vector<kube::Event> events;  // told by the operator, oldest first
  bool is_leader = true;
  Duration lease_remaining = std::chrono::seconds(10);
  bool effects_disabled = false;

 private:
  class Consumers;
  class Resolver;
  struct OperatorProcess;

  class Freezer;

  void Restart();
  void SyncStores();
  Duration ReconcileAll();
  Result<void> CountCall(bool after);
  Result<void> CheckProviderCall(const ProviderCall& call, ProviderPhase phase);
  void CheckReasons();
  void Violate(const std::string& what);

  std::unique_ptr<Identity> identity_;
  std::unique_ptr<Freezer> freezer_;
  std::unique_ptr<OperatorProcess> process_;
  int calls_ = 0;
  std::optional<int> crash_at_;
  bool crash_after_ = false;
  bool crashed_ = false;
  bool restarted_ = false;  // since RunUntilRest looked
  bool watching_ = false;   // calls of the operator are counted and may crash
  std::vector<std::string> violations_;
};

}  // namespace keysteward::op
