#include "tests/operator/simulation/operator_world.h"

#include <algorithm>

#include "api/core/secret_types.h"
#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/conditions.h"
#include "tests/operator/simulation/operator_world_parts.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using nlohmann::json;
using v1::CredentialRotation;
using v1::ManagedCredential;

namespace {

template <typename T>
void Sync(kube::Client& client, kube::Store<T>& store, const std::string& selector = "") {
  std::vector<std::shared_ptr<const T>> objects;
  for (T& object : ReadAll<T>(client, "", selector)) {
    objects.push_back(std::make_shared<const T>(std::move(object)));
  }
  store.Replace(std::move(objects));
}

}  // namespace

OperatorWorld::OperatorWorld() {
  StoreInstallation(server);
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
    restarted_ = true;
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
    // A new process counts its waits from the beginning.
    const bool quiet = !changed && !running && !std::exchange(restarted_, false);
    quiet_rounds = quiet ? quiet_rounds + 1 : 0;
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

}  // namespace keysteward::op
