#include "kube/workqueue/delaying_queue.h"

#include <gtest/gtest.h>

#include <string>

#include "observability/metric_names.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;

class DelayingQueueTest : public ::testing::Test {
 protected:
  bool ArrivesNow(size_t count) {
    return Eventually([&] { return queue_.size() == count; });
  }

  FakeClock clock_;
  FakeMetrics metrics_;
  DelayingQueue<std::string> queue_{"test", clock_, metrics_};
};

TEST_F(DelayingQueueTest, AKeyComesWhenItsTimeHasComeAndNotBefore) {
  queue_.AddAfter("a", 10s, Lane::kPeriodic);
  clock_.Advance(10s - 1ns);
  queue_.AddAfter("now", 0s, Lane::kUrgent);
  EXPECT_EQ(queue_.size(), 1u);
  EXPECT_EQ(queue_.delayed(), 1u);
  clock_.Advance(1ns);
  ASSERT_TRUE(ArrivesNow(2));
  EXPECT_EQ(queue_.Get({})->key, "now");
  const auto item = queue_.Get({});
  EXPECT_EQ(item->key, "a");
  EXPECT_EQ(item->lane, Lane::kPeriodic);
  EXPECT_EQ(queue_.delayed(), 0u);
}

TEST_F(DelayingQueueTest, AZeroOrNegativeDelayAddsAtOnce) {
  queue_.AddAfter("a", 0s, Lane::kUrgent);
  queue_.AddAfter("b", -5s, Lane::kUrgent);
  EXPECT_EQ(queue_.size(), 2u);
}

TEST_F(DelayingQueueTest, OfTwoDelaysTheEarlierWinsWhicheverCameFirst) {
  queue_.AddAfter("a", 60s, Lane::kPeriodic);
  queue_.AddAfter("a", 10s, Lane::kPeriodic);
  queue_.AddAfter("b", 10s, Lane::kPeriodic);
  queue_.AddAfter("b", 60s, Lane::kPeriodic);
  EXPECT_EQ(queue_.delayed(), 2u);
  clock_.Advance(10s);
  ASSERT_TRUE(ArrivesNow(2));
  EXPECT_EQ(queue_.delayed(), 0u);
}

TEST_F(DelayingQueueTest, OfTwoLanesTheMoreUrgentWins) {
  queue_.AddAfter("a", 10s, Lane::kUrgent);
  queue_.AddAfter("a", 5s, Lane::kPeriodic);
  clock_.Advance(5s);
  ASSERT_TRUE(ArrivesNow(1));
  EXPECT_EQ(queue_.Get({})->lane, Lane::kUrgent);
}

TEST_F(DelayingQueueTest, KeysComeInTheOrderOfTheirTimes) {
  queue_.AddAfter("late", 3s, Lane::kUrgent);
  queue_.AddAfter("early", 1s, Lane::kUrgent);
  queue_.AddAfter("middle", 2s, Lane::kUrgent);
  clock_.Advance(1h);
  ASSERT_TRUE(ArrivesNow(3));
  EXPECT_EQ(queue_.Get({})->key, "early");
  EXPECT_EQ(queue_.Get({})->key, "middle");
  EXPECT_EQ(queue_.Get({})->key, "late");
}

TEST_F(DelayingQueueTest, WallClockJumpsNeitherHurryNorHoldAKey) {
  queue_.AddAfter("a", 10s, Lane::kUrgent);
  clock_.JumpWall(24h * 3650);
  queue_.AddAfter("now", 0s, Lane::kUrgent);
  EXPECT_EQ(queue_.delayed(), 1u);
  clock_.JumpWall(-24h * 7300);
  clock_.Advance(10s);
  EXPECT_TRUE(ArrivesNow(2));
}

TEST_F(DelayingQueueTest, TheLongestPossibleDelayDoesNotOverflow) {
  queue_.AddAfter("a", Duration::max(), Lane::kUrgent);
  EXPECT_EQ(queue_.size(), 0u);
  EXPECT_EQ(queue_.delayed(), 1u);
}

TEST_F(DelayingQueueTest, ShutDownDropsWhatIsStillDelayed) {
  queue_.AddAfter("a", 10s, Lane::kUrgent);
  queue_.ShutDown();
  queue_.AddAfter("b", 10s, Lane::kUrgent);
  clock_.Advance(10s);
  EXPECT_TRUE(Eventually([&] { return queue_.delayed() == 0; }));
  EXPECT_FALSE(queue_.Get({}).has_value());
}

TEST_F(DelayingQueueTest, EachDelayedAddIsARetryInTheMetrics) {
  queue_.AddAfter("a", 10s, Lane::kUrgent);
  queue_.AddAfter("b", 0s, Lane::kUrgent);
  EXPECT_EQ(metrics_.Value(kWorkqueueRetries, {{"name", "test"}}), 2);
}

TEST_F(DelayingQueueTest, StuckWorkShowsInTheMetricsWithoutAnyCall) {
  queue_.Add("a");
  ASSERT_TRUE(queue_.Get({}).has_value());
  EXPECT_TRUE(Eventually([&] {
    clock_.Advance(5s);
    return metrics_.Value(kWorkqueueLongestRunning, {{"name", "test"}}) >= 60;
  }));
}

}  // namespace
}  // namespace keysteward::kube
