#include "kube/workqueue/rate_limiting_queue.h"

#include <gtest/gtest.h>

#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;

class RateLimitingQueueTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  FakeMetrics metrics_;
  RateLimitingQueue<std::string> queue_{"test", DefaultRateLimiter<std::string>(clock_), clock_,
                                        metrics_};
};

TEST_F(RateLimitingQueueTest, AFailingKeyWaitsLongerEachTime) {
  queue_.AddRateLimited("a", Lane::kUrgent);
  clock_.Advance(5ms);
  ASSERT_TRUE(Eventually([&] { return queue_.size() == 1; }));
  queue_.Done(queue_.Get({})->key);
  queue_.AddRateLimited("a", Lane::kUrgent);
  clock_.Advance(9ms);
  EXPECT_EQ(queue_.delayed(), 1u);
  clock_.Advance(1ms);
  EXPECT_TRUE(Eventually([&] { return queue_.size() == 1; }));
  EXPECT_EQ(queue_.NumRequeues("a"), 2);
}

TEST_F(RateLimitingQueueTest, TheDelayAskedByAServerIsALowerBound) {
  queue_.AddRateLimited("a", Lane::kUrgent, 30s);
  clock_.Advance(29s);
  EXPECT_EQ(queue_.delayed(), 1u);
  clock_.Advance(1s);
  EXPECT_TRUE(Eventually([&] { return queue_.size() == 1; }));
}

TEST_F(RateLimitingQueueTest, ForgetStartsTheDelaysOver) {
  queue_.AddRateLimited("a", Lane::kUrgent);
  queue_.AddRateLimited("a", Lane::kUrgent);
  queue_.Forget("a");
  EXPECT_EQ(queue_.NumRequeues("a"), 0);
}

TEST_F(RateLimitingQueueTest, TheLimitersDelayStandsWhenAServerAsksForLess) {
  queue_.AddRateLimited("a", Lane::kUrgent, 1ms);
  clock_.Advance(4ms);
  EXPECT_EQ(queue_.delayed(), 1u);
  clock_.Advance(1ms);
  EXPECT_TRUE(Eventually([&] { return queue_.size() == 1; }));
}

TEST_F(RateLimitingQueueTest, ForgettingAKeyDoesNotTakeItOutOfTheQueue) {
  queue_.AddRateLimited("a", Lane::kPeriodic);
  queue_.Forget("a");
  clock_.Advance(5ms);
  ASSERT_TRUE(Eventually([&] { return queue_.size() == 1; }));
  const auto item = queue_.Get({});
  ASSERT_TRUE(item);
  EXPECT_EQ(item->key, "a");
  EXPECT_EQ(item->lane, Lane::kPeriodic);
}

}  // namespace
}  // namespace keysteward::kube
