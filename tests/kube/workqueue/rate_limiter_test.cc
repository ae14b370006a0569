#include "kube/workqueue/rate_limiter.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/fakes/fake_clock.h"

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

// A limiter that says one thing and counts what it is asked.
class FixedLimiter final : public RateLimiter<std::string> {
 public:
  FixedLimiter(Duration delay, int failures) : delay_(delay), failures_(failures) {}
  Duration When(const std::string&) override {
    ++failures_;
    return delay_;
  }
  void Forget(const std::string&) override { failures_ = 0; }
  int NumRequeues(const std::string&) const override { return failures_; }

 private:
  const Duration delay_;
  int failures_;
};

TEST(MaxOfRateLimiter, EveryLimiterIsAskedAndTheLongestWaitCounts) {
  std::vector<std::unique_ptr<RateLimiter<std::string>>> limiters;
  limiters.push_back(std::make_unique<FixedLimiter>(2s, 0));
  limiters.push_back(std::make_unique<FixedLimiter>(5s, 3));
  limiters.push_back(std::make_unique<FixedLimiter>(1s, 1));
  MaxOfRateLimiter<std::string> limiter(std::move(limiters));
  EXPECT_EQ(limiter.NumRequeues("a"), 3);
  EXPECT_EQ(limiter.When("a"), 5s);
  EXPECT_EQ(limiter.NumRequeues("a"), 4) << "each has counted the failure";
  limiter.Forget("a");
  EXPECT_EQ(limiter.NumRequeues("a"), 0) << "in each of them";
}

TEST(MaxOfRateLimiter, WithoutALimiterNothingWaits) {
  MaxOfRateLimiter<std::string> limiter({});
  EXPECT_EQ(limiter.When("a"), 0s);
  EXPECT_EQ(limiter.NumRequeues("a"), 0);
}

}  // namespace
}  // namespace keysteward::kube
