#include "kube/workqueue/rate_limiter.h"

#include <gtest/gtest.h>

#include <string>

#include "kube/workqueue/rate_limiting_queue.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;

TEST(ItemExponentialRateLimiter, DoublesPerFailureUpToTheCap) {
  ItemExponentialRateLimiter<std::string> limiter(1ms, 10ms);
  EXPECT_EQ(limiter.When("a"), 1ms);
  EXPECT_EQ(limiter.When("a"), 2ms);
  EXPECT_EQ(limiter.When("a"), 4ms);
  EXPECT_EQ(limiter.When("a"), 8ms);
  EXPECT_EQ(limiter.When("a"), 10ms);
  EXPECT_EQ(limiter.When("a"), 10ms);
  EXPECT_EQ(limiter.NumRequeues("a"), 6);
}

TEST(ItemExponentialRateLimiter, KeysDoNotSlowEachOther) {
  ItemExponentialRateLimiter<std::string> limiter(1ms, 10ms);
  for (int i = 0; i < 5; ++i) limiter.When("bad");
  EXPECT_EQ(limiter.When("good"), 1ms);
}

TEST(ItemExponentialRateLimiter, ForgetStartsOver) {
  ItemExponentialRateLimiter<std::string> limiter(1ms, 10ms);
  limiter.When("a");
  limiter.When("a");
  limiter.Forget("a");
  EXPECT_EQ(limiter.NumRequeues("a"), 0);
  EXPECT_EQ(limiter.When("a"), 1ms);
  limiter.Forget("never seen");
}

TEST(ItemExponentialRateLimiter, ThousandsOfFailuresDoNotOverflowTheDelay) {
  ItemExponentialRateLimiter<std::string> limiter(1ms, Duration::max());
  for (int i = 0; i < 5000; ++i) ASSERT_GT(limiter.When("a"), 0ms) << "failure " << i;
  EXPECT_EQ(limiter.When("a"), Duration::max());
}

TEST(BucketRateLimiter, LetsTheBurstThroughThenSpacesEvenly) {
  FakeClock clock;
  BucketRateLimiter<std::string> limiter(clock, 10, 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.When("a"), 0ms);
  EXPECT_EQ(limiter.When("b"), 100ms);
  EXPECT_EQ(limiter.When("c"), 200ms);
  clock.Advance(10s);
  EXPECT_EQ(limiter.When("d"), 0ms);
}

TEST(DefaultRateLimiter, StartsAtFiveMillisecondsAndEndsAtAThousandSeconds) {
  FakeClock clock;
  auto limiter = DefaultRateLimiter<std::string>(clock);
  EXPECT_EQ(limiter->When("a"), 5ms);
  EXPECT_EQ(limiter->When("a"), 10ms);
  for (int i = 0; i < 30; ++i) {
    clock.Advance(1min);
    limiter->When("a");
  }
  clock.Advance(1min);
  EXPECT_EQ(limiter->When("a"), 1000s);
  EXPECT_EQ(limiter->NumRequeues("a"), 33);
  limiter->Forget("a");
  EXPECT_EQ(limiter->NumRequeues("a"), 0);
}

TEST(DefaultRateLimiter, AStormOfDifferentKeysIsSpacedByTheOverallBucket) {
  FakeClock clock;
  auto limiter = DefaultRateLimiter<std::string>(clock);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(limiter->When("k" + std::to_string(i)), 5ms);
  EXPECT_EQ(limiter->When("k100"), 100ms);
  EXPECT_EQ(limiter->When("k101"), 200ms);
}

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

}  // namespace
}  // namespace keysteward::kube
