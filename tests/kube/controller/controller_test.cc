#include "kube/controller/controller.h"

#include <gtest/gtest.h>

#include <barrier>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "api/core/secret_types.h"
#include "observability/metric_names.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/fakes/watched_collection.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;
using api::core::Secret;
using nlohmann::json;

const Labels kController{{"controller", "secret"}};

// Answers as the test says; remembers who was asked, and whether one request was ever with two
// workers.
class ScriptedReconciler final : public Reconciler {
 public:
  std::function<Result<ReconcileResult>(const Request&, int attempt, const Call&)> answer =
      [](const Request&, int, const Call&) { return ReconcileResult{}; };

  Result<ReconcileResult> Reconcile(const Request& request, const Call& call) override {
    int attempt = 0;
    {
      MutexLock lock(mutex_);
      attempt = ++attempts_[request];
      order_.push_back(request.name);
      if (!running_.insert(request).second) shared_ = true;
    }
    // Taken off by a guard, so that an exception leaves no trace.
    struct Guard {
      ScriptedReconciler& self;
      const Request& request;
      ~Guard() {
        MutexLock lock(self.mutex_);
        self.running_.erase(request);
      }
    } guard{*this, request};
    return answer(request, attempt, call);
  }

  int Attempts(const std::string& name) const {
    MutexLock lock(mutex_);
    const auto found = attempts_.find({"payments", name});
    return found == attempts_.end() ? 0 : found->second;
  }
  std::vector<std::string> Order() const {
    MutexLock lock(mutex_);
    return order_;
  }
  bool shared() const {
    MutexLock lock(mutex_);
    return shared_;
  }

 private:
  mutable Mutex mutex_;
  std::map<Request, int> attempts_ GUARDED_BY(mutex_);
  std::vector<std::string> order_ GUARDED_BY(mutex_);
  std::set<Request> running_ GUARDED_BY(mutex_);
  bool shared_ GUARDED_BY(mutex_) = false;
};

Request Named(const std::string& name) { return {"payments", name}; }

json SecretJson(const std::string& name, int generation = 1) {
  return {{"metadata",
           {{"namespace", "payments"}, {"name", name}, {"uid", name}, {"generation", generation}}}};
}

json OwnedSecretJson(const std::string& name, const std::string& kind, const std::string& owner) {
  json secret = SecretJson(name);
  secret["metadata"]["ownerReferences"] = {
      {{"apiVersion", "v1"}, {"kind", kind}, {"name", owner}, {"uid", "u"}, {"controller", true}}};
  return secret;
}

class ControllerTest : public ::testing::Test {
 protected:
  Controller& Make(int workers = 1) {
    controller_.emplace(ControllerOptions{.name = "secret", .workers = workers}, reconciler_,
                        runtime_);
    return *controller_;
  }
  bool Reconciled(const std::string& name, int times) {
    return Eventually([&] { return reconciler_.Attempts(name) >= times; });
  }
  bool Counted(const MetricSpec& metric, Labels labels, double value) {
    return Eventually([&] { return metrics_.Value(metric, labels) == value; });
  }

  FakeClock clock_;
  FakeRandom random_;
  FakeLogger log_;
  FakeMetrics metrics_;
  ScriptedClient client_;
  WatchedCollection server_{client_};
  const Runtime runtime_{client_, clock_, random_, log_, metrics_};
  ScriptedReconciler reconciler_;
  std::optional<Controller> controller_;
};

TEST_F(ControllerTest, ARequestIsReconciledOnceAndThenForgotten) {
  Controller& controller = Make();
  controller.Enqueue(Named("a"));
  controller.Start();
  ASSERT_TRUE(Reconciled("a", 1));
  ASSERT_TRUE(Counted(kReconcileTotal, {{"controller", "secret"}, {"result", "success"}}, 1));
  clock_.Advance(1h);
  controller.Stop();
  EXPECT_EQ(reconciler_.Attempts("a"), 1);
  EXPECT_EQ(metrics_.Value(kMaxConcurrentReconciles, kController), 1);
  EXPECT_EQ(metrics_.Value(kActiveWorkers, kController), 0);
  EXPECT_EQ(metrics_.Observations(kReconcileTime, kController), 1);
}

TEST_F(ControllerTest, ATransientErrorIsTriedAgainWithGrowingDelayUntilItSucceeds) {
  reconciler_.answer = [](const Request&, int attempt, const Call&) -> Result<ReconcileResult> {
    if (attempt < 3) return Error::Unavailable("connection refused");
    return ReconcileResult{};
  };
  Controller& controller = Make();
  controller.Enqueue(Named("a"));
  controller.Start();
  ASSERT_TRUE(Counted(kWorkqueueRetries, {{"name", "secret"}}, 1));
  clock_.Advance(5ms);
  ASSERT_TRUE(Counted(kWorkqueueRetries, {{"name", "secret"}}, 2));
  clock_.Advance(10ms);
  ASSERT_TRUE(Counted(kReconcileTotal, {{"controller", "secret"}, {"result", "success"}}, 1));
  EXPECT_EQ(metrics_.Value(kReconcileErrors, kController), 2);
  EXPECT_TRUE(
      log_.Contains("reconcile failed", "name=a error=Unavailable: connection refused failures=2"));
}

TEST_F(ControllerTest, RequeueAfterComesBackAtItsTime) {
  reconciler_.answer = [](const Request&, int, const Call&) -> Result<ReconcileResult> {
    return ReconcileResult::RequeueAfter(10min);
  };
  Controller& controller = Make();
  controller.Enqueue(Named("a"));
  controller.Start();
  ASSERT_TRUE(Counted(kReconcileTotal, {{"controller", "secret"}, {"result", "requeue_after"}}, 1));
  clock_.Advance(10min - 1ns);
  EXPECT_EQ(reconciler_.Attempts("a"), 1);
  clock_.Advance(1ns);
  EXPECT_TRUE(Reconciled("a", 2));
}

TEST_F(ControllerTest, AStalledRequestIsLeftAloneUntilItChanges) {
  reconciler_.answer = [](const Request&, int, const Call&) -> Result<ReconcileResult> {
    return ReconcileResult::Stalled(Error::InvalidArgument("spec.issuer names no issuer"));
  };
  Controller& controller = Make();
  controller.Enqueue(Named("a"));
  controller.Start();
  ASSERT_TRUE(Counted(kTerminalReconcileErrors, kController, 1));
  clock_.Advance(24h);
  controller.Enqueue(Named("a"));
  ASSERT_TRUE(Counted(kTerminalReconcileErrors, kController, 2));
  EXPECT_EQ(reconciler_.Attempts("a"), 2);
  EXPECT_EQ(metrics_.Value(kWorkqueueRetries, {{"name", "secret"}}), 0);
  EXPECT_TRUE(log_.Contains("reconcile stalled", "InvalidArgument: spec.issuer names no issuer"));
}

TEST_F(ControllerTest, AConflictIsNotLoggedAsAFailure) {
  reconciler_.answer = [](const Request&, int, const Call&) -> Result<ReconcileResult> {
    return Error::Conflict("the object has been modified");
  };
  Controller& controller = Make();
  controller.Enqueue(Named("a"));
  controller.Start();
  ASSERT_TRUE(Eventually([&] { return log_.Contains("reconcile retried"); }));
  EXPECT_FALSE(log_.Contains("reconcile failed"));
}

TEST_F(ControllerTest, AnExceptionCostsItsOwnRequestARetryAndNothingElse) {
  reconciler_.answer = [](const Request& request, int, const Call&) -> Result<ReconcileResult> {
    if (request.name == "throws") throw std::runtime_error("vector::at");
    if (request.name == "odd") throw 7;
    return ReconcileResult{};
  };
  Controller& controller = Make();
  for (const char* name : {"throws", "odd", "good"}) controller.Enqueue(Named(name));
  controller.Start();
  ASSERT_TRUE(Reconciled("good", 1));
  EXPECT_TRUE(Counted(kReconcilePanics, kController, 2));
  EXPECT_TRUE(Eventually([&] {
    clock_.Advance(1ms);
    return reconciler_.Attempts("throws") >= 2;
  }));
  EXPECT_TRUE(log_.Contains("reconcile failed", "Internal: the reconciler threw vector::at"));
  EXPECT_TRUE(log_.Contains("reconcile failed",
                            "the reconciler threw an object that is not a std::exception"));
}

TEST_F(ControllerTest, APoisonedObjectDoesNotHoldUpAThousandOthers) {
  reconciler_.answer = [](const Request& request, int, const Call&) -> Result<ReconcileResult> {
    if (request.name == "poisoned") return Error::Internal("always");
    return ReconcileResult{};
  };
  Controller& controller = Make(2);
  controller.Enqueue(Named("poisoned"));
  for (int i = 0; i < 1000; ++i) controller.Enqueue(Named("n" + std::to_string(i)));
  controller.Start();
  // No time passes at all.
  EXPECT_TRUE(Counted(kReconcileTotal, {{"controller", "secret"}, {"result", "success"}}, 1000));
}

TEST_F(ControllerTest, WorkersNeverShareARequest) {
  Controller& controller = Make(4);
  controller.Start();
  for (int i = 0; i < 5000; ++i) controller.Enqueue(Named("n" + std::to_string(i % 5)));
  ASSERT_TRUE(Eventually([&] {
    return metrics_.Value(kWorkqueueDepth, {{"name", "secret"}}) == 0 &&
           metrics_.Value(kActiveWorkers, kController) == 0;
  }));
  EXPECT_FALSE(reconciler_.shared());
}

// Lets other threads run between a number and its being told.
class HesitantMetrics final : public Metrics {
 public:
  explicit HesitantMetrics(Metrics& real) : real_(real) {}
  void Increment(const MetricSpec& metric, const Labels& labels, double by) override {
    real_.Increment(metric, labels, by);
  }
  void Set(const MetricSpec& metric, const Labels& labels, double value) override {
    for (int i = 0; i < 20; ++i) std::this_thread::yield();
    real_.Set(metric, labels, value);
  }
  void Observe(const MetricSpec& metric, const Labels& labels, double seconds) override {
    real_.Observe(metric, labels, seconds);
  }
  void Remove(const MetricSpec& metric, const Labels& labels) override {
    real_.Remove(metric, labels);
  }
  std::string Render() const override { return real_.Render(); }

 private:
  Metrics& real_;
};

TEST_F(ControllerTest, TheNumberOfActiveWorkersEndsAtZero) {
  HesitantMetrics hesitant(metrics_);
  const Runtime runtime{client_, clock_, random_, log_, hesitant};
  std::barrier together(4);
  reconciler_.answer = [&](const Request&, int, const Call&) {
    together.arrive_and_wait();
    return ReconcileResult{};
  };
  Controller controller({.name = "secret", .workers = 4}, reconciler_, runtime);
  controller.Start();
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 4; ++i) controller.Enqueue(Named("n" + std::to_string(i)));
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(Reconciled("n" + std::to_string(i), round + 1));
    ASSERT_TRUE(Counted(kActiveWorkers, kController, 0)) << "round " << round;
  }
}

TEST_F(ControllerTest, TheReconcilerIsGivenATimeoutAndToldToStop) {
  std::atomic<bool> inside = false;
  reconciler_.answer = [&](const Request&, int, const Call& call) -> Result<ReconcileResult> {
    EXPECT_EQ(call.timeout, 2min);
    inside = true;
    while (clock_.SleepFor(1h, call.stop)) continue;
    return Error::Cancelled("stopped");
  };
  Controller& controller = Make();
  controller.Enqueue(Named("a"));
  controller.Start();
  ASSERT_TRUE(Eventually([&] { return inside.load(); }));
  controller.Stop();
  EXPECT_FALSE(log_.Contains("reconcile failed"));
  EXPECT_EQ(metrics_.Value(kReconcileErrors, kController), 0);
}

TEST_F(ControllerTest, WhatStillWaitsAtStopIsLeft) {
  reconciler_.answer = [&](const Request&, int, const Call& call) -> Result<ReconcileResult> {
    while (clock_.SleepFor(1h, call.stop)) continue;
    return ReconcileResult{};
  };
  Controller& controller = Make();
  controller.Enqueue(Named("runs"));
  controller.Enqueue(Named("waits"));
  controller.Start();
  ASSERT_TRUE(Reconciled("runs", 1));
  controller.Stop();
  EXPECT_EQ(reconciler_.Attempts("waits"), 0);
}

TEST_F(ControllerTest, ForReconcilesWhatTheFirstListingBroughtAndWhatChangesLater) {
  server_.Put(SecretJson("listed"));
  Informer<Secret> secrets(runtime_);
  Controller& controller = Make();
  controller.For(secrets);
  secrets.Start();
  controller.Start();
  ASSERT_TRUE(Reconciled("listed", 1));
  server_.Put(SecretJson("later"));
  ASSERT_TRUE(Reconciled("later", 1));
  server_.Delete({"payments", "later"});
  EXPECT_TRUE(Reconciled("later", 2));
  secrets.Stop();
}

TEST_F(ControllerTest, AFreshChangeOvertakesTheFirstListing) {
  for (int i = 0; i < 20; ++i) server_.Put(SecretJson("listed" + std::to_string(i)));
  Informer<Secret> secrets(runtime_);
  Controller& controller = Make();
  controller.For(secrets);
  secrets.Start();
  ASSERT_TRUE(Eventually([&] { return secrets.HasSynced(); }));
  server_.Put(SecretJson("leak"));
  ASSERT_TRUE(Eventually([&] { return secrets.lister().Get(Named("leak")) != nullptr; }));
  ASSERT_TRUE(Counted(kWorkqueueDepth, {{"name", "secret"}}, 21));
  controller.Start();
  ASSERT_TRUE(Eventually([&] { return reconciler_.Order().size() == 21; }));
  EXPECT_EQ(reconciler_.Order()[0], "leak");
  secrets.Stop();
}

TEST_F(ControllerTest, APredicateKeepsOurOwnStatusWritesAway) {
  Informer<Secret> secrets(runtime_);
  Controller& controller = Make();
  controller.For(secrets, GenerationChanged());
  controller.Start();
  secrets.Start();
  server_.Put(SecretJson("a", 1));
  ASSERT_TRUE(Reconciled("a", 1));
  server_.Put(SecretJson("a", 1));
  server_.Put(SecretJson("other", 1));
  ASSERT_TRUE(Reconciled("other", 1));
  EXPECT_EQ(reconciler_.Attempts("a"), 1);
  server_.Put(SecretJson("a", 2));
  EXPECT_TRUE(Reconciled("a", 2));
  secrets.Stop();
}

TEST_F(ControllerTest, OwnsReconcilesTheControllingOwnerOfThatKindOnly) {
  Informer<Secret> secrets(runtime_);
  Controller& controller = Make();
  controller.Owns(secrets, "ManagedCredential");
  controller.Start();
  secrets.Start();
  server_.Put(OwnedSecretJson("s1", "Deployment", "web"));
  server_.Put(SecretJson("s2"));
  server_.Put(OwnedSecretJson("s3", "ManagedCredential", "stripe"));
  ASSERT_TRUE(Reconciled("stripe", 1));
  EXPECT_EQ(reconciler_.Order(), (std::vector<std::string>{"stripe"}));
  secrets.Stop();
}

TEST_F(ControllerTest, WatchesMapsTheOldAndTheNewObjectOfAnUpdate) {
  Informer<Secret> secrets(runtime_);
  Controller& controller = Make();
  controller.Watches<Secret>(secrets, [](const Secret& secret) {
    return std::vector<Request>{Named(secret.metadata.Annotation("for"))};
  });
  controller.Start();
  secrets.Start();
  json secret = SecretJson("s");
  secret["metadata"]["annotations"] = {{"for", "old"}};
  server_.Put(secret);
  ASSERT_TRUE(Reconciled("old", 1));
  secret["metadata"]["annotations"] = {{"for", "new"}};
  server_.Put(secret);
  EXPECT_TRUE(Reconciled("new", 1));
  EXPECT_TRUE(Reconciled("old", 2));
  secrets.Stop();
}

}  // namespace
}  // namespace keysteward::kube
