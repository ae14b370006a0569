#include "tests/operator/simulation/operator_world.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "api/core/secret_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/conditions.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "evidence/bundle.h"
#include "evidence/verifier.h"
#include "kube/cache/lister.h"
#include "kube/cache/store.h"
#include "operator/rotation/staged_secret.h"
#include "operator/sweeper/sweeper.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using nlohmann::json;
using v1::CredentialRotation;
using v1::ManagedCredential;

namespace {

constexpr const char* kOurs = "keysteward-system";
constexpr const char* kSpace = "payments";

template <typename T>
std::vector<T> ReadAll(kube::Client& client, const std::string& namespace_name = "",
                       const std::string& selector = "") {
  std::vector<T> objects;
  const auto list = client.List(api::KindOf<T>::resource,
                                {.namespace_name = namespace_name, .label_selector = selector}, {});
  for (const json& item : list->items) objects.push_back(*api::Decode<T>(item));
  return objects;
}

template <typename T>
void Sync(kube::Client& client, kube::Store<T>& store, const std::string& selector = "") {
  std::vector<std::shared_ptr<const T>> objects;
  for (T& object : ReadAll<T>(client, "", selector)) {
    objects.push_back(std::make_shared<const T>(std::move(object)));
  }
  store.Replace(std::move(objects));
}

}  // namespace

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

  Result<std::shared_ptr<Issuer>> Resolve(const std::string&, const v1::IssuerRef&,
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
                     .digest_key = identity.digest_key.Clone()},
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
            .effects_disabled = [&world] { return world.effects_disabled; },
            .settled_deliveries = [](const std::string&) { return std::vector<SettledDelivery>{}; },
            .record_event =
                [&world](kube::Event event) { world.events.push_back(std::move(event)); }},
        timers(world.clock),
        listers{kube::Lister(credentials), kube::Lister(rotations), kube::Lister(secrets)},
        credential_reconciler(env, listers, timers),
        rotation_reconciler(env, listers),
        sweeper(env, listers, kube::Lister(revocations)) {
    rotations.AddIndex(kByCredential, [](const CredentialRotation& rotation) {
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
  kube::Store<ManagedCredential> credentials;
  kube::Store<CredentialRotation> rotations;
  kube::Store<api::core::Secret> secrets;
  kube::Store<v1::CredentialRevocation> revocations;
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

OperatorWorld::OperatorWorld() {
  identity_ = std::make_unique<Identity>(*LoadIdentity(server, kOurs, random, {}));
  server.OnCall([this](const kube::CallRecord&, kube::CallPhase phase) {
    return CountCall(phase == kube::CallPhase::kAfter);
  });
  provider.OnCall([this](const ProviderCall& call, ProviderPhase phase) -> Result<void> {
    if (freezer_ && phase == ProviderPhase::kBefore) freezer_->Pass(call.verb);
    KS_RETURN_IF_ERROR(CheckProviderCall(call, phase));
    return CountCall(phase == ProviderPhase::kAfter);
  });
  Restart();
}

OperatorWorld::~OperatorWorld() = default;

void OperatorWorld::Restart() { process_ = std::make_unique<OperatorProcess>(*this, *identity_); }

Result<void> OperatorWorld::CountCall(bool after) {
  if (!watching_) return {};
  if (!after) ++calls_;
  if (crash_at_ && calls_ - 1 == *crash_at_ && crash_after_ == after) {
    crash_at_.reset();
    crashed_ = true;
    throw Crash();
  }
  return {};
}

void OperatorWorld::CrashAt(int index, bool after) {
  calls_ = 0;
  crash_at_ = index;
  crash_after_ = after;
  crashed_ = false;
}

void OperatorWorld::Violate(const std::string& what) {
  if (std::find(violations_.begin(), violations_.end(), what) == violations_.end()) {
    violations_.push_back(what);
  }
}

Result<void> OperatorWorld::CheckProviderCall(const ProviderCall& call, ProviderPhase phase) {
  const bool watching = std::exchange(watching_, false);
  if (phase == ProviderPhase::kBefore && (call.verb == "disable" || call.verb == "delete")) {
    if (cluster.HeldKeys().contains(call.key_id)) {
      Violate("I1: " + call.verb + " of " + call.key_id + " while a pod holds it");
    }
    if (KeyIdInSecret() == call.key_id) {
      Violate("I1: " + call.verb + " of " + call.key_id + " while the Secret delivers it");
    }
  }
  if (phase == ProviderPhase::kBefore && call.verb == "create") {
    const auto rotations = Rotations();
    const bool recorded = std::any_of(
        rotations.begin(), rotations.end(),
        [&](const CredentialRotation& rotation) { return rotation.status.token == call.token; });
    if (!recorded) Violate("I6: create with a token that was not stored before");
  }
  const std::string delivered = KeyIdInSecret();
  if (!delivered.empty() && phase == ProviderPhase::kAfter) {
    const auto live = provider.LiveKeys();
    if (std::find(live.begin(), live.end(), delivered) == live.end()) {
      Violate("I2: the delivered key " + delivered + " is not live");
    }
  }
  std::map<std::string, int> live_of;  // by the credential's part of the label
  for (const std::string& id : provider.LiveKeys()) {
    const std::string& label = provider.keys().at(id).label;
    if (++live_of[label.substr(0, label.rfind('/'))] > 3) Violate("I3: more than three live keys");
  }
  watching_ = watching;
  return {};
}

void OperatorWorld::Apply(const ManagedCredential& credential) {
  json object = ToJson(credential);
  object.erase("status");
  object["metadata"].erase("uid");
  object["metadata"].erase("generation");
  object["metadata"].erase("resourceVersion");
  const auto created = server.Create(api::KindOf<ManagedCredential>::resource, object, {}, {});
  ASSERT_TRUE(created) << created.error().ToString();
}

void OperatorWorld::Request(const CredentialRotation& rotation) {
  json object = ToJson(rotation);
  object.erase("status");
  object["metadata"].erase("uid");
  object["metadata"].erase("generation");
  object["metadata"].erase("resourceVersion");
  const auto created = server.Create(api::KindOf<CredentialRotation>::resource, object, {}, {});
  ASSERT_TRUE(created) << created.error().ToString();
}

void OperatorWorld::DeleteCredential(const std::string& name) {
  ASSERT_TRUE(server.Delete(api::KindOf<ManagedCredential>::resource, {kSpace, name}, {}, {}));
}

void OperatorWorld::FreezeLeaderAt(const std::string& verb) {
  for (int i = 0; i < 5000; ++i) {
    SyncStores();
    std::vector<kube::Request> requests;
    for (const auto& credential : process_->credentials.List()) {
      requests.push_back(credential->metadata.key());
    }
    freezer_ = std::make_unique<Freezer>(verb);
    freezer_->Run(std::move(process_), std::move(requests));
    if (freezer_->frozen()) {
      freezer_->LoseLease();
      Restart();
      return;
    }
    process_ = freezer_->TakeBack();
    freezer_.reset();
    cluster.Tick();
    clock.Advance(std::chrono::milliseconds(500));
  }
  Violate("the process never came to " + verb);
}

void OperatorWorld::ThawLeader() {
  freezer_->Thaw();
  freezer_.reset();
}

void OperatorWorld::Sweep() {
  SyncStores();
  process_->sweeper.Sweep({});
}

bool OperatorWorld::Exists(const std::string& name) {
  return server.Get(api::KindOf<ManagedCredential>::resource, {kSpace, name}, {}).has_value();
}

bool OperatorWorld::RevocationAnswersFor(const std::string& key_id) {
  const std::string& label = provider.keys().at(key_id).label;
  for (const auto& revocation : ReadAll<v1::CredentialRevocation>(server)) {
    const std::string generation = "/" + revocation.spec.credential.uid + "/" +
                                   std::to_string(revocation.spec.key.generation) + "-";
    if (revocation.spec.key.id == key_id || label.find(generation) != std::string::npos)
      return true;
  }
  return false;
}

void OperatorWorld::SyncStores() {
  Sync(server, process_->credentials);
  Sync(server, process_->rotations);
  Sync(server, process_->revocations);
  Sync(server, process_->secrets, std::string(v1::kManagedLabel) + "=true");
  process_->consumers.Sync();
}

Duration OperatorWorld::ReconcileAll() {
  Duration next = std::chrono::hours(1);
  const auto take = [&](const Result<kube::ReconcileResult>& result) {
    if (!result) {
      log.Error("reconcile failed", {{"error", result.error().ToString()}});
      next = std::min<Duration>(next, std::chrono::milliseconds(100));
    } else if (result->requeue_after) {
      next = std::min(next, *result->requeue_after);
    }
  };
  for (const auto& credential : process_->credentials.List()) {
    take(process_->credential_reconciler.Reconcile(credential->metadata.key(), {}));
  }
  for (const auto& rotation : process_->rotations.List()) {
    take(process_->rotation_reconciler.Reconcile(rotation->metadata.key(), {}));
  }
  return next;
}

Duration OperatorWorld::Step() {
  SyncStores();
  Duration next = std::chrono::hours(1);
  watching_ = true;
  try {
    next = ReconcileAll();
  } catch (const Crash&) {
    next = Duration::zero();
    Restart();
  }
  watching_ = false;
  CheckReasons();
  if (cluster.Tick()) next = std::min<Duration>(next, std::chrono::milliseconds(200));
  return next;
}

void OperatorWorld::CheckReasons() {
  for (const CredentialRotation& rotation : Rotations()) {
    const auto* blocked = api::FindCondition(rotation.status.conditions, v1::condition::kBlocked);
    if (blocked == nullptr) continue;
    const auto* end = std::end(v1::kBlockedReasons);
    if (std::find(std::begin(v1::kBlockedReasons), end, blocked->reason) == end) {
      Violate("I20: Blocked because of " + blocked->reason + ", which is not on the list");
    }
  }
}

void OperatorWorld::RunUntilRest(Duration limit) {
  const MonoTime end = clock.MonoNow() + limit;
  int quiet_rounds = 0;
  while (clock.MonoNow() < end && quiet_rounds < 3) {
    const int64_t before = server.revision();
    const Duration next = Step();
    const bool changed = server.revision() != before;
    const auto rotations = Rotations();
    const bool running = std::any_of(rotations.begin(), rotations.end(),
                                     [](const auto& rotation) { return !rotation.status.result; });
    quiet_rounds = changed || running ? 0 : quiet_rounds + 1;
    clock.Advance(changed
                      ? std::chrono::milliseconds(50)
                      : std::min<Duration>(std::max<Duration>(next, std::chrono::milliseconds(50)),
                                           std::chrono::seconds(5)));
  }
}

void OperatorWorld::RunFor(Duration duration) {
  const MonoTime end = clock.MonoNow() + duration;
  while (clock.MonoNow() < end) {
    const int64_t before = server.revision();
    const Duration next = Step();
    clock.Advance(server.revision() != before
                      ? std::chrono::milliseconds(50)
                      : std::min<Duration>(std::max<Duration>(next, std::chrono::milliseconds(50)),
                                           std::chrono::seconds(5)));
  }
}

ManagedCredential OperatorWorld::Credential(const std::string& name) {
  return *api::Decode<ManagedCredential>(
      *server.Get(api::KindOf<ManagedCredential>::resource, {kSpace, name}, {}));
}

std::vector<CredentialRotation> OperatorWorld::Rotations() {
  const bool watching = std::exchange(watching_, false);
  auto rotations = ReadAll<CredentialRotation>(server, kSpace);
  watching_ = watching;
  return rotations;
}

CredentialRotation OperatorWorld::Rotation(const std::string& name) {
  return *api::Decode<CredentialRotation>(
      *server.Get(api::KindOf<CredentialRotation>::resource, {kSpace, name}, {}));
}

std::string OperatorWorld::KeyIdInSecret(const std::string& name) {
  const auto object = server.Get(api::KindOf<api::core::Secret>::resource, {kSpace, name}, {});
  if (!object) return "";
  return (*object)["metadata"]["annotations"].value(v1::kKeyIdAnnotation, "");
}

void OperatorWorld::ExpectSettled() {
  const ManagedCredential credential = Credential();
  ASSERT_TRUE(credential.status.current);
  EXPECT_EQ(credential.status.active_rotation, "");
  EXPECT_THAT(provider.LiveKeys(), testing::ElementsAre(credential.status.current->key_id));
  EXPECT_EQ(KeyIdInSecret(), credential.status.current->key_id);
  EXPECT_THAT(
      cluster.HeldKeys(),
      testing::AnyOf(testing::IsEmpty(), testing::ElementsAre(credential.status.current->key_id)));
  const auto staged = server.List(
      api::KindOf<api::core::Secret>::resource,
      {.namespace_name = kOurs, .label_selector = std::string(kStagedLabel) + "=true"}, {});
  EXPECT_EQ(staged->items.size(), 1u) << "staged values of dead keys were left";
  const evidence::Bundle bundle =
      evidence::MakeBundle(identity_->installation_id, identity_->signing_key.verifying_key().Pem(),
                           credential, Rotations());
  const auto report = evidence::Verify(bundle, {});
  ASSERT_TRUE(report) << report.error().ToString();
  EXPECT_EQ(report->broken, "");
  EXPECT_THAT(violations_, testing::IsEmpty());
}

}  // namespace keysteward::op
