// The whole runtime together, wired as a main wires it, against the fake API server.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "api/core/pod_types.h"
#include "api/core/secret_types.h"
#include "kube/controller/finalizer.h"
#include "kube/controller/manager.h"
#include "kube/events/event_recorder.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;
using api::core::Pod;
using api::core::Secret;
using nlohmann::json;

constexpr Resource kSecrets = api::KindOf<Secret>::resource;
constexpr Resource kPods = api::KindOf<Pod>::resource;
constexpr std::string_view kFinalizer = "keysteward.dev/test";

// Keeps the annotation "users" of each Secret equal to the pods that name it, tells an event when
// that changed, and holds a Secret back by a finalizer while pods use it.
class SecretReconciler final : public Reconciler {
 public:
  SecretReconciler(Client& client, Lister<Secret> secrets, Lister<Pod> pods, EventRecorder& events)
      : client_(client), secrets_(secrets), pods_(pods), events_(events) {}

  Result<ReconcileResult> Reconcile(const Request& request, const Call& call) override {
    const auto secret = secrets_.Get(request);
    if (secret == nullptr) return ReconcileResult{};
    const std::string users = std::to_string(pods_.ByIndex("secret", request.name).size());
    switch (NextFinalizerStep(secret->metadata, kFinalizer)) {
      case FinalizerStep::kAdd:
        KS_RETURN_IF_ERROR(AddFinalizer(client_, kSecrets, secret->metadata, kFinalizer, call));
        return ReconcileResult{};
      case FinalizerStep::kCleanUp:
        if (users != "0") return ReconcileResult::RequeueAfter(10s);
        KS_RETURN_IF_ERROR(RemoveFinalizer(client_, kSecrets, secret->metadata, kFinalizer, call));
        return ReconcileResult{};
      case FinalizerStep::kReconcile:
        return SetUsers(*secret, users, call);
      case FinalizerStep::kNothing:
        break;
    }
    return ReconcileResult{};
  }

 private:
  Result<ReconcileResult> SetUsers(const Secret& secret, const std::string& users,
                                   const Call& call) {
    if (secret.metadata.Annotation("users") == users) return ReconcileResult{};
    const json patch = {{"metadata",
                         {{"resourceVersion", secret.metadata.resource_version},
                          {"annotations", {{"users", users}}}}}};
    auto patched =
        client_.Patch(kSecrets, secret.metadata.key(), PatchType::kMerge, patch, {}, call);
    if (!patched) return std::move(patched).error().WithContext("set users");
    Event event;
    event.regarding = ReferenceTo(secret);
    event.reason = "UsersChanged";
    event.action = "Count";
    event.note = users + " pods use it";
    events_.Record(std::move(event));
    return ReconcileResult{};
  }

  Client& client_;
  const Lister<Secret> secrets_;
  const Lister<Pod> pods_;
  EventRecorder& events_;
};

// One replica of an operator: what a main.cc makes, in its order.
class Replica {
 public:
  Replica(const Runtime& runtime, const std::string& identity)
      : secrets_(runtime),
        pods_(runtime),
        events_({"keysteward.dev/test", identity}, runtime),
        reconciler_(runtime.client, secrets_.lister(), pods_.lister(), events_),
        controller_({.name = "secret", .workers = 2}, reconciler_, runtime),
        manager_(runtime, {.on_stuck = [](std::string_view) { std::abort(); }}) {
    pods_.AddIndex("secret",
                   [](const Pod& pod) { return std::vector{pod.metadata.Annotation("uses")}; });
    controller_.For(secrets_);
    controller_.Watches<Pod>(pods_, [](const Pod& pod) {
      return std::vector<Request>{{pod.metadata.namespace_name, pod.metadata.Annotation("uses")}};
    });
    LeaderElectionConfig config;
    config.lease = {"default", "operator"};
    config.identity = identity;
    elector_ = std::move(LeaderElector::Create(config, runtime)).value();
    manager_.Add(secrets_);
    manager_.Add(pods_);
    manager_.Add(controller_);
    thread_ = std::jthread(
        [this](const std::stop_token& stop) { result_ = manager_.Run(stop, elector_.get()); });
  }

  Result<void> Stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    return result_;
  }
  bool leads() const { return elector_->IsLeader(); }

 private:
  Informer<Secret> secrets_;
  Informer<Pod> pods_;
  EventRecorder events_;
  SecretReconciler reconciler_;
  Controller controller_;
  std::unique_ptr<LeaderElector> elector_;
  Manager manager_;
  Result<void> result_;
  std::jthread thread_;
};

class RuntimeTest : public ::testing::Test {
 protected:
  void Create(const Resource& resource, const std::string& name, const std::string& uses = "") {
    json object = {{"apiVersion", resource.api_version()},
                   {"kind", resource.kind},
                   {"metadata", {{"namespace", "default"}, {"name", name}}}};
    if (!uses.empty()) object["metadata"]["annotations"] = {{"uses", uses}};
    const auto created = server_.Create(resource, object, {}, {});
    ASSERT_TRUE(created) << created.error().ToString();
  }
  void Delete(const Resource& resource, const std::string& name) {
    const auto deleted = server_.Delete(resource, {"default", name}, {}, {});
    ASSERT_TRUE(deleted) << deleted.error().ToString();
  }
  std::string Users(const std::string& name) {
    const auto secret = server_.Get(kSecrets, {"default", name}, {});
    if (!secret) return "(gone)";
    return secret->value("/metadata/annotations/users"_json_pointer, "(none)");
  }
  std::string Version(const std::string& name) {
    const auto secret = server_.Get(kSecrets, {"default", name}, {});
    return secret ? secret->at("metadata").at("resourceVersion").get<std::string>() : "(gone)";
  }
  // Time goes slowly enough that a thread which has to wait for a processor keeps its lease.
  template <typename Condition>
  bool InTime(const Condition& condition) {
    return Eventually(
        [&] {
          clock_.Advance(10ms);
          return condition();
        },
        60s);
  }
  bool UsersBecome(const std::string& name, const std::string& users) {
    return InTime([&] { return Users(name) == users; });
  }

  FakeClock clock_;
  FakeRandom random_;
  FakeLogger log_;
  FakeMetrics metrics_;
  FakeApiServer server_{clock_, random_};
  const Runtime runtime_{server_, clock_, random_, log_, metrics_};
};

TEST_F(RuntimeTest, AControllerFollowsTheClusterAndThenWritesNothing) {
  Create(kSecrets, "stripe");
  Create(kPods, "web-1", "stripe");
  Replica replica(runtime_, "a");
  ASSERT_TRUE(UsersBecome("stripe", "1"));
  Create(kPods, "web-2", "stripe");
  ASSERT_TRUE(UsersBecome("stripe", "2"));
  Delete(kPods, "web-1");
  ASSERT_TRUE(UsersBecome("stripe", "1"));
  // A patch tried on an older view is refused and no write, so the object tells, not the calls.
  const std::string version = Version("stripe");
  const int renewals = static_cast<int>(server_.CallCount("update", "leases.coordination.k8s.io"));
  ASSERT_TRUE(InTime([&] {
    return static_cast<int>(server_.CallCount("update", "leases.coordination.k8s.io")) >
           renewals + 3;
  }));
  EXPECT_EQ(Version("stripe"), version);
  EXPECT_GE(server_.CallCount("create", "events.events.k8s.io"), 1u);
  EXPECT_TRUE(replica.Stop());
}

TEST_F(RuntimeTest, AFinalizerHoldsTheObjectUntilItsUsersAreGone) {
  Create(kSecrets, "stripe");
  Create(kPods, "web-1", "stripe");
  Replica replica(runtime_, "a");
  ASSERT_TRUE(UsersBecome("stripe", "1"));
  Delete(kSecrets, "stripe");
  EXPECT_EQ(Users("stripe"), "1");
  Delete(kPods, "web-1");
  EXPECT_TRUE(UsersBecome("stripe", "(gone)"));
  EXPECT_TRUE(replica.Stop());
}

TEST_F(RuntimeTest, LostAnswersConflictsAndOutagesEndInTheSameState) {
  for (int i = 0; i < 5; ++i) Create(kSecrets, "s" + std::to_string(i));
  for (const CallPhase phase : {CallPhase::kBefore, CallPhase::kAfter}) {
    server_.FailNext("patch", "secrets", Error::UnknownOutcome("connection cut"), phase);
    server_.FailNext("patch", "secrets", Error::Unavailable("refused"), CallPhase::kBefore);
    server_.FailNext("list", "secrets", Error::Unavailable("refused"), CallPhase::kBefore);
    server_.FailNext("update", "leases.coordination.k8s.io", Error::Conflict("modified"),
                     CallPhase::kBefore);
  }
  Replica replica(runtime_, "a");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(UsersBecome("s" + std::to_string(i), "0"));
  EXPECT_TRUE(replica.Stop());
}

TEST_F(RuntimeTest, AfterCompactionTheWorkGoesOnFromANewList) {
  Create(kSecrets, "stripe");
  Replica replica(runtime_, "a");
  ASSERT_TRUE(UsersBecome("stripe", "0"));
  const size_t lists = server_.CallCount("list", "pods");
  server_.Compact();
  server_.BreakWatches(Error::Make(ErrorCode::kExpired, "too old resource version"));
  Create(kPods, "web-1", "stripe");
  ASSERT_TRUE(UsersBecome("stripe", "1"));
  EXPECT_LE(server_.CallCount("list", "pods"), lists + 1);
  EXPECT_TRUE(replica.Stop());
}

TEST_F(RuntimeTest, TheSecondReplicaTakesOverWhenTheFirstStops) {
  Create(kSecrets, "stripe");
  auto first = std::make_unique<Replica>(runtime_, "first");
  ASSERT_TRUE(UsersBecome("stripe", "0"));
  Replica second(runtime_, "second");
  ASSERT_TRUE(InTime([&] { return log_.Contains("informers synced"); }));
  EXPECT_TRUE(first->leads());
  EXPECT_FALSE(second.leads());
  EXPECT_TRUE(first->Stop());
  first.reset();
  Create(kPods, "web-1", "stripe");
  ASSERT_TRUE(UsersBecome("stripe", "1"));
  EXPECT_TRUE(second.leads());
  EXPECT_TRUE(second.Stop());
}

}  // namespace
}  // namespace keysteward::kube
