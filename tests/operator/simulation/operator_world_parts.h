// The inner classes of OperatorWorld: all that dies with a crash, and what freezes a process.
#pragma once

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "api/meta/decode.h"
#include "kube/cache/lister.h"
#include "operator/sweeper/sweeper.h"
#include "tests/operator/simulation/operator_rig.h"
#include "tests/operator/simulation/operator_world.h"

namespace keysteward::op {

inline constexpr const char* kOurs = "keysteward-system";
inline constexpr const char* kSpace = "payments";

template <typename T>
std::vector<T> ReadAll(kube::Client& client, const std::string& namespace_name = "",
                       const std::string& selector = "") {
  std::vector<T> objects;
  const auto list = client.List(api::KindOf<T>::resource,
                                {.namespace_name = namespace_name, .label_selector = selector}, {});
  for (const nlohmann::json& item : list->items) objects.push_back(*api::Decode<T>(item));
  return objects;
}

class OperatorWorld::Consumers final : public ConsumerSource {
 public:
  explicit Consumers(kube::Client& client) : client_(client) {}

  void Sync() {
    snapshot_ = *ReadNamespace(client_, kSpace, {});
    for (auto& budget : ReadAll<api::core::PodDisruptionBudget>(client_, kSpace)) {
      snapshot_.budgets.push_back(
          std::make_shared<const api::core::PodDisruptionBudget>(std::move(budget)));
    }
  }
  std::vector<Consumer> Cached(const std::string&, const ConsumerQuery& query) const override {
    return GroupConsumers(snapshot_, query);
  }
  Rolling RollingNow(const std::string&) const override { return {}; }
  Result<std::vector<Consumer>> Fresh(const std::string& namespace_name, const ConsumerQuery& query,
                                      const kube::Call& call) const override {
    KS_ASSIGN_OR_RETURN(const NamespaceSnapshot snapshot,
                        ReadNamespace(client_, namespace_name, call));
    return GroupConsumers(snapshot, query);
  }

 private:
  kube::Client& client_;
  NamespaceSnapshot snapshot_;
};

class OperatorWorld::Resolver final : public IssuerResolver {
 public:
  explicit Resolver(FakeProvider& provider)
      : issuer_(std::shared_ptr<Issuer>(), &provider) {}  // not owned

  Result<std::shared_ptr<Issuer>> Resolve(const std::string&, const api::v1alpha1::IssuerRef&,
                                          const kube::Call&) override {
    return issuer_;
  }

 private:
  std::shared_ptr<Issuer> issuer_;
};

// All that dies with a crash.
struct OperatorWorld::OperatorProcess {
  OperatorProcess(OperatorWorld& world, const Identity& identity)
      : installation{.id = identity.installation_id,
                     .namespace_name = kOurs,
                     .digest_key = identity.digest_key.Clone(),
                     .tripwire_key = identity.tripwire_key.Clone()},
        signer(identity.installation_id, identity.signing_key),
        consumers(world.server),
        resolver(world.provider),
        env{.client = world.server,
            .issuers = resolver,
            .consumers = consumers,
            .signer = signer,
            .clock = world.clock,
            .logger = world.log,
            .metrics = world.metrics,
            .installation = installation,
            .is_leader = [this, &world] { return world.is_leader && leads; },
            .lease_remaining = [&world] { return world.lease_remaining; },
            .effects_disabled = [&world] { return world.effects_disabled; },
            .settled_deliveries = [](const std::string&) { return std::vector<SettledDelivery>{}; },
            .record_event =
                [&world](kube::Event event) { world.events.push_back(std::move(event)); }},
        timers(world.clock),
        listers{kube::Lister(credentials), kube::Lister(rotations), kube::Lister(secrets)},
        credential_reconciler(env, listers, timers),
        rotation_reconciler(env, listers),
        sweeper(env, listers, kube::Lister(revocations)) {
    rotations.AddIndex(kByCredential, [](const api::v1alpha1::CredentialRotation& rotation) {
      return std::vector<std::string>{rotation.metadata.namespace_name + "/" +
                                      rotation.spec.credential_name};
    });
  }

  bool leads = true;
  Installation installation;
  InstallationSigner signer;
  Consumers consumers;
  Resolver resolver;
  Environment env;
  PhaseTimers timers;
  kube::Store<api::v1alpha1::ManagedCredential> credentials;
  kube::Store<api::v1alpha1::CredentialRotation> rotations;
  kube::Store<api::core::Secret> secrets;
  kube::Store<api::v1alpha1::CredentialRevocation> revocations;
  CredentialListers listers;
  ManagedCredentialReconciler credential_reconciler;
  CredentialRotationReconciler rotation_reconciler;
  Sweeper sweeper;
};

// Holds one process inside a provider call, on a thread of its own, while the world goes on.
class OperatorWorld::Freezer {
 public:
  explicit Freezer(std::string verb) : verb_(std::move(verb)) {}

  void Run(std::unique_ptr<OperatorProcess> process, std::vector<kube::Request> requests) {
    process_ = std::move(process);
    thread_ = std::thread([this, requests = std::move(requests)] {
      id_ = std::this_thread::get_id();
      for (const kube::Request& request : requests) {
        (void)process_->credential_reconciler.Reconcile(request, {});
      }
      Tell(State::kDone);
    });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return state_ != State::kRunning; });
  }
  bool frozen() const { return state_ == State::kFrozen; }
  std::unique_ptr<OperatorProcess> TakeBack() {
    thread_.join();
    return std::move(process_);
  }
  void LoseLease() { process_->leads = false; }
  void Thaw() {
    Tell(State::kThawed);
    thread_.join();
  }
  // Called inside every provider call.
  void Pass(const std::string& verb) {
    if (std::this_thread::get_id() != id_ || verb != verb_ || was_frozen_) return;
    was_frozen_ = true;
    Tell(State::kFrozen);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return state_ == State::kThawed; });
  }

 private:
  enum class State { kRunning, kFrozen, kThawed, kDone };
  void Tell(State state) {
    std::lock_guard lock(mutex_);
    state_ = state;
    changed_.notify_all();
  }

  const std::string verb_;
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kRunning;
  bool was_frozen_ = false;
  std::unique_ptr<OperatorProcess> process_;
  std::thread::id id_;
  std::thread thread_;
};

}  // namespace keysteward::op
