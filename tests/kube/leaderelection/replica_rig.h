// LeaderElectorTest: two replicas, each with its own clock, in front of one lease server.
//
//   TEST_F(LeaderElectorTest, …) { a_.Start(); ASSERT_TRUE(Leads(a_)); … }
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "kube/leaderelection/leader_elector.h"
#include "observability/metric_names.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/fakes/lease_server.h"
#include "tests/kube/leaderelection/counting_clock.h"

namespace keysteward::kube {

using namespace std::chrono_literals;  // NOLINT: for tests, which read as tables of times

// One replica with its own clock, so that freezing it stops its time-outs but not the others'.
class Replica {
 public:
  Replica(LeaseServer& server, const std::string& identity) {
    server.Serve(client);
    LeaderElectionConfig config;
    config.lease = {"keysteward", "operator"};
    config.identity = identity;
    elector = std::move(LeaderElector::Create(config, runtime)).value();
  }
  ~Replica() { Stop(); }

  void Start() {
    started_ = true;
    thread_ = std::jthread([this] {
      result = elector->Run(stop.get_token(), [this](const std::stop_token& leading) {
        working = true;
        while (!leading.stop_requested()) clock.SleepFor(1h, leading);
        told_to_stop_with = elector->Remaining();
        working = false;
      });
      ended = true;
    });
  }
  // Lets time pass; returns when the replica's threads have done all that fell due by then, however
  // slow the machine is. Not for a replica whose call hangs.
  void Pass(Duration duration) {
    clock.Advance(duration);
    EXPECT_TRUE(Eventually([this] { return Settled(); }));
  }
  // While it leads, three threads wait: the one that renews, the one that watches over it, the
  // work.
  bool Settled() const { return !started_ || ended || clock.waiting() >= (working ? 3u : 1u); }
  void Stop() {
    stop.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  CountingClock clock;
  FakeRandom random;
  FakeLogger log;
  FakeMetrics metrics;
  ScriptedClient client;
  const Runtime runtime{client, clock, random, log, metrics};
  std::unique_ptr<LeaderElector> elector;
  std::stop_source stop;
  std::atomic<bool> working = false;
  std::atomic<bool> ended = false;
  std::atomic<Duration> told_to_stop_with = 0ns;
  Result<void> result;

 private:
  bool started_ = false;
  std::jthread thread_;
};

class LeaderElectorTest : public ::testing::Test {
 protected:
  // Small steps, as time really passes, and the threads follow each.
  template <typename Condition>
  bool AsTimePasses(const Condition& condition) {
    return Eventually([&] {
      a_.Pass(100ms);
      b_.Pass(100ms);
      return condition();
    });
  }
  bool Leads(Replica& replica) {
    return Eventually([&] { return replica.working && replica.Settled(); });
  }
  // Whether the replica renewed after this call.
  bool Renews(Replica& replica) {
    const int before = server_.writes();
    return Eventually([&] {
      replica.Pass(100ms);
      return server_.writes() > before + 1;
    });
  }

  LeaseServer server_;
  Replica a_{server_, "a"};
  Replica b_{server_, "b"};
};

}  // namespace keysteward::kube
