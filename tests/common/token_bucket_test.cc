#include "common/token_bucket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "tests/fakes/fake_clock.h"

namespace keysteward {
namespace {

using namespace std::chrono_literals;  // NOLINT: 200ms reads as a table of numbers

void ExpectAbout(Duration actual, Duration expected) {
  EXPECT_NEAR(static_cast<double>(actual.count()), static_cast<double>(expected.count()), 1000);
}

TEST(TokenBucket, LetsABurstThroughThenSpacesTheRest) {
  FakeClock clock;
  TokenBucket bucket(5, 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.Reserve(clock.MonoNow()), 0s);
  ExpectAbout(bucket.Reserve(clock.MonoNow()), 200ms);
  ExpectAbout(bucket.Reserve(clock.MonoNow()), 400ms);
  clock.Advance(1s);
  ExpectAbout(bucket.Reserve(clock.MonoNow()), 0s);
}

TEST(TokenBucket, RefillsAtItsRateUpToTheBurst) {
  FakeClock clock;
  TokenBucket bucket(10, 2);
  EXPECT_TRUE(bucket.TryTake(clock.MonoNow()));
  EXPECT_TRUE(bucket.TryTake(clock.MonoNow()));
  EXPECT_FALSE(bucket.TryTake(clock.MonoNow()));
  clock.Advance(99ms);
  EXPECT_FALSE(bucket.TryTake(clock.MonoNow()));
  clock.Advance(1ms);
  EXPECT_TRUE(bucket.TryTake(clock.MonoNow()));
  clock.Advance(1h);
  EXPECT_TRUE(bucket.TryTake(clock.MonoNow()));
  EXPECT_TRUE(bucket.TryTake(clock.MonoNow()));
  EXPECT_FALSE(bucket.TryTake(clock.MonoNow()));
}

TEST(TokenBucket, ARefusedTakeCostsNothing) {
  FakeClock clock;
  TokenBucket bucket(1, 1);
  EXPECT_TRUE(bucket.TryTake(clock.MonoNow()));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(bucket.TryTake(clock.MonoNow()));
  clock.Advance(1s);
  EXPECT_TRUE(bucket.TryTake(clock.MonoNow()));
}

TEST(TokenBucket, TimeThatStandsOrFallsBackAddsNothing) {
  TokenBucket bucket(1000, 1);
  EXPECT_TRUE(bucket.TryTake(MonoTime(10s)));
  EXPECT_FALSE(bucket.TryTake(MonoTime(9s)));
  EXPECT_FALSE(bucket.TryTake(MonoTime(10s)));
  EXPECT_TRUE(bucket.TryTake(MonoTime(10s + 1ms)));
}

TEST(TokenBucket, ThreadsTogetherNeverGetMoreThanTheBurst) {
  TokenBucket bucket(1, 100);
  std::atomic<int> taken = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) taken += bucket.TryTake(MonoTime(1s)) ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(taken, 100);
}

TEST(TokenBucket, ThreadsThatReserveAreSpacedOneByOne) {
  TokenBucket bucket(10, 1);
  std::vector<Duration> waits(40);
  std::vector<std::jthread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&bucket, &waits, t] {
      for (size_t i = 0; i < 10; ++i) waits[t * 10 + i] = bucket.Reserve(MonoTime(1s));
    });
  }
  threads.clear();
  std::sort(waits.begin(), waits.end());
  for (size_t i = 0; i < waits.size(); ++i) ExpectAbout(waits[i], i * 100ms);
}

}  // namespace
}  // namespace keysteward
