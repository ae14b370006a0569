#include "kube/workqueue/work_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "observability/metric_names.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;

const Labels kName{{"name", "test"}};

// Time stands still and waits end by notification alone, so a lost wake-up hangs instead of being
// healed by the next look.
class NotifiedClock final : public Clock {
 public:
  WallTime WallNow() const override { return {}; }
  MonoTime MonoNow() const override { return MonoTime(1h); }
  void WaitUntil(CondVar& changed, Mutex& mutex, const std::stop_token& stop,
                 MonoTime) const override {
    ++waits;
    bool entered = false;
    changed.wait(mutex, stop, [&entered] { return std::exchange(entered, true); });
    if (after_wait) after_wait(stop);
  }

  mutable std::atomic<int> waits = 0;
  // Runs in the woken thread, before it looks why it was woken.
  std::function<void(const std::stop_token& stop)> after_wait;
};

class WorkQueueTest : public ::testing::Test {
 protected:
  std::string GetKey() {
    auto item = queue_.Get({});
    return item ? item->key : "(shut down)";
  }
  // Gets and finishes everything that waits.
  std::vector<std::string> TakeAll() {
    std::vector<std::string> keys;
    while (queue_.size() != 0) {
      keys.push_back(GetKey());
      queue_.Done(keys.back());
    }
    return keys;
  }

  FakeClock clock_;
  FakeMetrics metrics_;
  std::stop_source stop_;
  WorkQueue<std::string> queue_{"test", clock_, metrics_};
};

TEST_F(WorkQueueTest, HandsOutKeysInTheOrderTheyCame) {
  for (const char* key : {"c", "a", "b"}) queue_.Add(key);
  EXPECT_EQ(TakeAll(), (std::vector<std::string>{"c", "a", "b"}));
}

TEST_F(WorkQueueTest, AKeyAddedTwiceWaitsOnce) {
  queue_.Add("a");
  queue_.Add("b");
  queue_.Add("a");
  EXPECT_EQ(queue_.size(), 2u);
  EXPECT_EQ(TakeAll(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(WorkQueueTest, AKeyAddedWhileBeingWorkedOnComesBackOnlyAfterDone) {
  queue_.Add("a");
  ASSERT_EQ(GetKey(), "a");
  queue_.Add("a");
  queue_.Add("a");
  EXPECT_EQ(queue_.size(), 0u);  // no second worker may have it
  queue_.Done("a");
  EXPECT_EQ(queue_.size(), 1u);
  EXPECT_EQ(TakeAll(), (std::vector<std::string>{"a"}));
}

TEST_F(WorkQueueTest, DoneForAKeyThatWasNotHandedOutChangesNothing) {
  queue_.Done("never");
  queue_.Add("a");
  queue_.Done("a");
  EXPECT_EQ(TakeAll(), (std::vector<std::string>{"a"}));
}

TEST_F(WorkQueueTest, GetReturnsAtOnceWhenStopFires) {
  std::jthread getter(
      [&](const std::stop_token& stop) { EXPECT_FALSE(queue_.Get(stop).has_value()); });
  getter.request_stop();
}

TEST_F(WorkQueueTest, GetWithAFiredStopLeavesTheKeyForSomebodyElse) {
  stop_.request_stop();
  queue_.Add("a");
  EXPECT_FALSE(queue_.Get(stop_.get_token()).has_value());
  EXPECT_EQ(queue_.size(), 1u);
}

TEST_F(WorkQueueTest, AfterShutDownWaitingKeysAreStillHandedOutAndNewOnesRefused) {
  queue_.Add("a");
  queue_.ShutDown();
  queue_.Add("b");
  EXPECT_TRUE(queue_.shutting_down());
  EXPECT_EQ(GetKey(), "a");
  EXPECT_EQ(GetKey(), "(shut down)");
}

TEST_F(WorkQueueTest, ShutDownWakesEveryBlockedGet) {
  std::vector<std::jthread> getters;
  for (int i = 0; i < 4; ++i) {
    getters.emplace_back([&] { EXPECT_FALSE(queue_.Get({}).has_value()); });
  }
  queue_.ShutDown();
}

TEST_F(WorkQueueTest, AKeyMadeDirtyBeforeShutDownIsHandedOutAgainAfterDone) {
  queue_.Add("a");
  ASSERT_EQ(GetKey(), "a");
  queue_.Add("a");
  queue_.ShutDown();
  queue_.Done("a");
  EXPECT_EQ(GetKey(), "a");
}

TEST_F(WorkQueueTest, DrainWaitsForTheWorkInProgress) {
  queue_.Add("a");
  ASSERT_EQ(GetKey(), "a");
  std::atomic<bool> done = false;
  std::jthread drainer([&] {
    EXPECT_TRUE(queue_.ShutDownWithDrain({}, clock_.MonoNow() + 1h));
    EXPECT_TRUE(done);
  });
  ASSERT_TRUE(Eventually([&] { return queue_.shutting_down(); }));
  done = true;
  queue_.Done("a");
}

TEST_F(WorkQueueTest, DrainGivesUpAtItsDeadline) {
  queue_.Add("a");
  ASSERT_EQ(GetKey(), "a");
  std::jthread drainer([&] { EXPECT_FALSE(queue_.ShutDownWithDrain({}, clock_.MonoNow() + 30s)); });
  ASSERT_TRUE(Eventually([&] { return queue_.shutting_down(); }));
  clock_.Advance(31s);
}

TEST_F(WorkQueueTest, DrainGivesUpWhenStopFires) {
  queue_.Add("a");
  ASSERT_EQ(GetKey(), "a");
  stop_.request_stop();
  EXPECT_FALSE(queue_.ShutDownWithDrain(stop_.get_token(), clock_.MonoNow() + 30s));
}

TEST_F(WorkQueueTest, UrgentKeysGoBeforePeriodicOnes) {
  queue_.Add("periodic", Lane::kPeriodic);
  queue_.Add("urgent", Lane::kUrgent);
  const auto first = queue_.Get({});
  EXPECT_EQ(first->key, "urgent");
  EXPECT_EQ(first->lane, Lane::kUrgent);
  EXPECT_EQ(queue_.Get({})->lane, Lane::kPeriodic);
}

TEST_F(WorkQueueTest, APeriodicKeyGoesAfterFourUrgentOnes) {
  for (int i = 0; i < 9; ++i) queue_.Add("u" + std::to_string(i), Lane::kUrgent);
  queue_.Add("p0", Lane::kPeriodic);
  queue_.Add("p1", Lane::kPeriodic);
  EXPECT_EQ(TakeAll(), (std::vector<std::string>{"u0", "u1", "u2", "u3", "p0", "u4", "u5", "u6",
                                                 "u7", "p1", "u8"}));
}

TEST_F(WorkQueueTest, UrgentKeysHandedOutWhileNothingPeriodicWaitedDoNotCount) {
  for (int i = 0; i < 5; ++i) queue_.Add("u" + std::to_string(i), Lane::kUrgent);
  for (int i = 0; i < 4; ++i) GetKey();
  queue_.Add("p", Lane::kPeriodic);
  EXPECT_EQ(GetKey(), "u4");
  EXPECT_EQ(GetKey(), "p");
}

TEST_F(WorkQueueTest, NeitherLaneStarvesUnderAnEndlessStreamOfTheOther) {
  queue_.Add("p", Lane::kPeriodic);
  for (int i = 0; i < kUrgentInARow; ++i) {
    queue_.Add("u" + std::to_string(i), Lane::kUrgent);
    EXPECT_NE(GetKey(), "p");
  }
  queue_.Add("u-last", Lane::kUrgent);
  EXPECT_EQ(GetKey(), "p");
  queue_.Add("p2", Lane::kPeriodic);
  EXPECT_EQ(GetKey(), "u-last");
}

TEST_F(WorkQueueTest, AnUrgentAddLiftsAKeyThatWaitsInThePeriodicLane) {
  queue_.Add("a", Lane::kPeriodic);
  queue_.Add("b", Lane::kPeriodic);
  queue_.Add("b", Lane::kUrgent);
  EXPECT_EQ(TakeAll(), (std::vector<std::string>{"b", "a"}));
}

TEST_F(WorkQueueTest, APeriodicAddDoesNotLowerAnUrgentKey) {
  queue_.Add("p", Lane::kPeriodic);
  queue_.Add("a", Lane::kUrgent);
  queue_.Add("a", Lane::kPeriodic);
  EXPECT_EQ(TakeAll(), (std::vector<std::string>{"a", "p"}));
}

TEST_F(WorkQueueTest, AnUrgentAddDuringWorkDecidesTheLaneOfTheReturn) {
  queue_.Add("a", Lane::kPeriodic);
  ASSERT_EQ(GetKey(), "a");
  queue_.Add("a", Lane::kPeriodic);
  queue_.Add("a", Lane::kUrgent);
  queue_.Done("a");
  EXPECT_EQ(queue_.Get({})->lane, Lane::kUrgent);
}

TEST_F(WorkQueueTest, MetricsTellDepthAddsWaitingAndWorkingTime) {
  queue_.Add("a");
  queue_.Add("a");
  queue_.Add("b");
  EXPECT_EQ(metrics_.Value(kWorkqueueDepth, kName), 2);
  EXPECT_EQ(metrics_.Value(kWorkqueueAdds, kName), 2);
  clock_.Advance(3s);
  ASSERT_EQ(GetKey(), "a");
  EXPECT_EQ(metrics_.Value(kWorkqueueDepth, kName), 1);
  EXPECT_EQ(metrics_.Value(kWorkqueueQueueDuration, kName), 3);
  clock_.Advance(2s);
  ASSERT_EQ(GetKey(), "b");
  clock_.Advance(1s);
  queue_.ReportUnfinishedWork();
  EXPECT_EQ(metrics_.Value(kWorkqueueUnfinishedWork, kName), 4);
  EXPECT_EQ(metrics_.Value(kWorkqueueLongestRunning, kName), 3);
  queue_.Done("a");
  EXPECT_EQ(metrics_.Value(kWorkqueueWorkDuration, kName), 3);
}

// Four producers and four workers over a few keys: no key is ever with two workers, and the last
// Add of each key is followed by work.
TEST_F(WorkQueueTest, AStormOfProducersAndWorkersNeverSharesAKeyNorLosesOne) {
  constexpr int kKeys = 7;
  constexpr int kAddsEach = 4000;
  std::vector<std::atomic<int>> holders(kKeys);
  std::vector<std::atomic<int>> added(kKeys);
  std::vector<std::atomic<int>> seen(kKeys);
  std::atomic<int> shared = 0;
  std::vector<std::jthread> workers;
  for (int w = 0; w < 4; ++w) {
    workers.emplace_back([&] {
      while (auto item = queue_.Get({})) {
        const auto key = static_cast<size_t>(std::stoi(item->key));
        if (holders[key].fetch_add(1) != 0) ++shared;
        seen[key] = added[key].load();
        holders[key].fetch_sub(1);
        queue_.Done(item->key);
      }
    });
  }
  {
    std::vector<std::jthread> producers;
    for (int p = 0; p < 4; ++p) {
      producers.emplace_back([&, p] {
        for (int i = 0; i < kAddsEach; ++i) {
          const auto key = static_cast<size_t>((i * 31 + p) % kKeys);
          ++added[key];
          queue_.Add(std::to_string(key), i % 3 == 0 ? Lane::kPeriodic : Lane::kUrgent);
        }
      });
    }
  }
  queue_.ShutDown();
  workers.clear();
  EXPECT_EQ(shared, 0);
  for (size_t key = 0; key < kKeys; ++key) EXPECT_EQ(seen[key], added[key]) << "key " << key;
}

TEST(WorkQueueWakeUps, AKeyReachesAWaitingWorkerThoughTheOneWokenForItIsStopped) {
  for (int round = 0; round < 20; ++round) {
    NotifiedClock clock;
    FakeMetrics metrics;
    WorkQueue<std::string> queue("test", clock, metrics);
    // Whoever wakes first is stopped in that instant; the key is for the other.
    std::atomic<bool> stopped = false;
    std::vector<std::stop_source> stops(2);
    clock.after_wait = [&](const std::stop_token& token) {
      for (std::stop_source& stop : stops) {
        if (stop.get_token() == token && !stopped.exchange(true)) stop.request_stop();
      }
    };
    std::atomic<int> got = 0;
    std::vector<std::jthread> workers;
    for (const std::stop_source& stop : stops) {
      workers.emplace_back([&] {
        if (queue.Get(stop.get_token())) ++got;
      });
    }
    ASSERT_TRUE(Eventually([&] { return clock.waits == 2; }));
    queue.Add("a");
    EXPECT_TRUE(Eventually([&] { return got == 1; })) << "round " << round;
    queue.ShutDown();
  }
}

TEST(WorkQueueWakeUps, DrainAndShutDownNeedNoClock) {
  const NotifiedClock clock;
  FakeMetrics metrics;
  WorkQueue<std::string> queue("test", clock, metrics);
  std::vector<std::jthread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([&] {
      while (const auto item = queue.Get({})) queue.Done(item->key);
    });
  }
  for (int i = 0; i < 1000; ++i) queue.Add(std::to_string(i));
  EXPECT_TRUE(queue.ShutDownWithDrain({}, clock.MonoNow() + 1h));
  EXPECT_EQ(queue.size(), 0u);
}

TEST(WorkQueueOfObjectKeys, KeepsNamespacesApart) {
  FakeClock clock;
  FakeMetrics metrics;
  WorkQueue<api::ObjectKey> queue("test", clock, metrics);
  queue.Add({"a", "x"});
  queue.Add({"b", "x"});
  EXPECT_EQ(queue.size(), 2u);
}

}  // namespace
}  // namespace keysteward::kube
