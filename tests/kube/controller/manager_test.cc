#include "kube/controller/manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "api/core/secret_types.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/fakes/lease_server.h"
#include "tests/fakes/watched_collection.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;
using api::core::Secret;

class Journal {
 public:
  void Note(const std::string& line) {
    MutexLock lock(mutex_);
    lines_.push_back(line);
  }
  std::vector<std::string> Lines() const {
    MutexLock lock(mutex_);
    return lines_;
  }
  bool Has(const std::string& line) const {
    const auto lines = Lines();
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  }

 private:
  mutable Mutex mutex_;
  std::vector<std::string> lines_ GUARDED_BY(mutex_);
};

class NotingReconciler final : public Reconciler {
 public:
  explicit NotingReconciler(Journal& journal) : journal_(journal) {}
  Result<ReconcileResult> Reconcile(const Request& request, const Call&) override {
    journal_.Note("reconcile " + request.name);
    return ReconcileResult{};
  }

 private:
  Journal& journal_;
};

class ManagerTest : public ::testing::Test {
 protected:
  ManagerTest() {
    leases_.Serve(client_);
    controller_.For(secrets_);
    options_.on_stuck = [this](std::string_view why) {
      journal_.Note("stuck: " + std::string(why));
    };
  }
  ~ManagerTest() override { Stop(); }

  void Start(bool elect = false) {
    manager_.emplace(runtime_, options_);
    manager_->Add(secrets_);
    manager_->Add(controller_);
    for (auto& [name, run] : runnables_) manager_->AddRunnable(name, run);
    for (auto& [name, run] : leader_runnables_) manager_->AddLeaderRunnable(name, run);
    if (elect) {
      LeaderElectionConfig config{.lease = {"keysteward", "operator"}, .identity = "me"};
      elector_ = std::move(LeaderElector::Create(config, runtime_)).value();
    }
    thread_ = std::jthread([this] {
      result_ = manager_->Run(stop_.get_token(), elector_.get());
      ended_ = true;
    });
  }
  void Stop() {
    stop_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  bool Ends() {
    return Eventually([&] { return ended_.load(); });
  }
  Runnable UntilStopped(const std::string& name) {
    return [this, name](const std::stop_token& stop) -> Result<void> {
      journal_.Note(name + " starts");
      while (clock_.SleepFor(1h, stop)) continue;
      journal_.Note(name + " ends");
      return {};
    };
  }
  static nlohmann::json SecretJson(const std::string& name) {
    return {{"metadata", {{"namespace", "payments"}, {"name", name}}}};
  }

  FakeClock clock_;
  FakeRandom random_;
  FakeLogger log_;
  FakeMetrics metrics_;
  ScriptedClient client_;
  WatchedCollection server_{client_};
  LeaseServer leases_;
  const Runtime runtime_{client_, clock_, random_, log_, metrics_};
  Journal journal_;
  NotingReconciler reconciler_{journal_};
  Informer<Secret> secrets_{runtime_};
  Controller controller_{{.name = "secret"}, reconciler_, runtime_};
  ManagerOptions options_;
  std::vector<std::pair<std::string, Runnable>> runnables_;
  std::vector<std::pair<std::string, Runnable>> leader_runnables_;
  std::optional<Manager> manager_;
  std::unique_ptr<LeaderElector> elector_;
  std::stop_source stop_;
  std::atomic<bool> ended_ = false;
  Result<void> result_;
  std::jthread thread_;
};

TEST_F(ManagerTest, RunsControllersOverSyncedInformersAndStopsCleanly) {
  server_.Put(SecretJson("listed"));
  Start();
  ASSERT_TRUE(Eventually([&] { return journal_.Has("reconcile listed"); }));
  server_.Put(SecretJson("later"));
  ASSERT_TRUE(Eventually([&] { return journal_.Has("reconcile later"); }));
  Stop();
  EXPECT_TRUE(result_);
}

TEST_F(ManagerTest, NoControllerRunsBeforeEveryInformerHasSynced) {
  for (int i = 0; i < 1000; ++i) server_.FailNextList(Error::Unavailable("refused"));
  controller_.Enqueue({"payments", "early"});
  Start();
  ASSERT_TRUE(Eventually([&] { return log_.Contains("informer lists and watches again"); }));
  EXPECT_FALSE(journal_.Has("reconcile early"));
  Stop();
  EXPECT_TRUE(result_);  // told to stop while waiting
  EXPECT_FALSE(journal_.Has("reconcile early"));
}

TEST_F(ManagerTest, AnInformerThatCannotListInTimeStopsTheProcessWithTheReason) {
  for (int i = 0; i < 100'000; ++i) server_.FailNextList(Error::PermissionDenied("forbidden"));
  Start();
  ASSERT_TRUE(Eventually([&] { return log_.Contains("informer lists and watches again"); }));
  ASSERT_TRUE(Eventually([&] {
    clock_.Advance(1s);
    return ended_.load();
  }));
  ASSERT_FALSE(result_);
  EXPECT_EQ(result_.error().ToString(),
            "DeadlineExceeded: start: secrets could not be listed in time: PermissionDenied: "
            "forbidden");
}

TEST_F(ManagerTest, WithoutLeadershipInformersAreWarmAndControllersRest) {
  api::coordination::LeaseSpec other;
  other.holder_identity = "other";
  other.lease_duration_seconds = 15;
  leases_.Put(other);
  server_.Put(SecretJson("listed"));
  runnables_.emplace_back("metrics", UntilStopped("metrics"));
  leader_runnables_.emplace_back("sweeper", UntilStopped("sweeper"));
  Start(true);
  ASSERT_TRUE(Eventually([&] { return log_.Contains("new leader", "holder=other"); }));
  EXPECT_TRUE(secrets_.HasSynced());
  EXPECT_TRUE(Eventually([&] { return journal_.Has("metrics starts"); }));
  EXPECT_FALSE(journal_.Has("sweeper starts"));
  EXPECT_FALSE(journal_.Has("reconcile listed"));
  // The holder dies; the work begins.
  ASSERT_TRUE(Eventually([&] {
    clock_.Advance(100ms);
    return journal_.Has("reconcile listed") && journal_.Has("sweeper starts");
  }));
  Stop();
  EXPECT_TRUE(result_);
  EXPECT_EQ(leases_.Holder(), "");
  EXPECT_TRUE(journal_.Has("sweeper ends"));
  EXPECT_EQ(journal_.Lines().back(), "metrics ends");
}

TEST_F(ManagerTest, ALostLeadershipStopsTheProcessWithTheReason) {
  Start(true);
  ASSERT_TRUE(Eventually([&] { return elector_->IsLeader(); }));
  leases_.Refuse(client_, Error::Unavailable("refused"));
  ASSERT_TRUE(Eventually([&] {
    clock_.Advance(100ms);
    return ended_.load();
  }));
  ASSERT_FALSE(result_);
  EXPECT_THAT(result_.error().message, testing::StartsWith("leadership lost: not renewed in time"));
  EXPECT_TRUE(log_.Contains("a part failed, everything stops", "leadership lost"));
}

TEST_F(ManagerTest, AFailingRunnableStopsTheProcessWithItsName) {
  runnables_.emplace_back("webhook server", [](const std::stop_token&) -> Result<void> {
    return Error::Unavailable("port 8443 is in use");
  });
  leader_runnables_.emplace_back("sweeper", UntilStopped("sweeper"));
  Start();
  ASSERT_TRUE(Ends());
  ASSERT_FALSE(result_);
  EXPECT_EQ(result_.error().ToString(), "Unavailable: webhook server: port 8443 is in use");
}

TEST_F(ManagerTest, AThrowingLeaderRunnableStopsTheProcessToo) {
  leader_runnables_.emplace_back("sweeper", [](const std::stop_token&) -> Result<void> {
    throw std::runtime_error("bad alloc");
  });
  Start();
  ASSERT_TRUE(Ends());
  ASSERT_FALSE(result_);
  EXPECT_EQ(result_.error().ToString(), "Internal: sweeper: threw bad alloc");
}

TEST_F(ManagerTest, ARunnableThatEndsWithSuccessStopsNothing) {
  runnables_.emplace_back("once", [](const std::stop_token&) -> Result<void> { return {}; });
  Start();
  server_.Put(SecretJson("later"));
  ASSERT_TRUE(Eventually([&] { return journal_.Has("reconcile later"); }));
  EXPECT_FALSE(ended_);
  Stop();
  EXPECT_TRUE(result_);
}

TEST_F(ManagerTest, APartThatDoesNotStopInTimeEndsTheProcess) {
  std::atomic<bool> let_go = false;
  leader_runnables_.emplace_back("stubborn", [&](const std::stop_token&) -> Result<void> {
    journal_.Note("stubborn starts");
    while (!let_go) std::this_thread::yield();
    return {};
  });
  Start();
  ASSERT_TRUE(Eventually([&] { return journal_.Has("stubborn starts"); }));
  stop_.request_stop();
  clock_.Advance(29s);
  EXPECT_FALSE(journal_.Has("stuck: a part did not stop in time"));
  clock_.Advance(1s);
  EXPECT_TRUE(Eventually([&] { return journal_.Has("stuck: a part did not stop in time"); }));
  let_go = true;
  EXPECT_TRUE(Ends());
}

TEST_F(ManagerTest, I8_WorkThatIgnoresALostLeadershipEndsTheProcessBeforeARivalMayBegin) {
  std::atomic<bool> let_go = false;
  leader_runnables_.emplace_back("stubborn", [&](const std::stop_token&) -> Result<void> {
    journal_.Note("stubborn starts");
    while (!let_go) std::this_thread::yield();
    return {};
  });
  Start(true);
  ASSERT_TRUE(Eventually([&] { return journal_.Has("stubborn starts"); }));
  leases_.Refuse(client_, Error::Unavailable("refused"));
  const MonoTime cut = clock_.MonoNow();
  ASSERT_TRUE(Eventually([&] {
    clock_.Advance(10ms);
    return journal_.Has("stuck: a part did not stop in time");
  }));
  EXPECT_GE(clock_.MonoNow() - cut, 10s);
  let_go = true;
  EXPECT_TRUE(Ends());
  EXPECT_FALSE(result_);
}

}  // namespace
}  // namespace keysteward::kube
