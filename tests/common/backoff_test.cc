#include "common/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/fakes/fake_random.h"

namespace keysteward {
namespace {

using namespace std::chrono_literals;  // NOLINT: 10ms reads as a table of numbers

// Every byte the same, so that every number drawn is the same.
class ConstantRandom final : public Random {
 public:
  explicit ConstantRandom(uint8_t byte) : byte_(byte) {}
  void Fill(std::span<std::byte> out) override {
    std::fill(out.begin(), out.end(), static_cast<std::byte>(byte_));
  }

 private:
  uint8_t byte_;
};

TEST(Backoff, DoublesFromTheFirstDelayToTheCap) {
  ConstantRandom lowest(0);
  Backoff backoff({.first = 100ms, .cap = 1s, .jitter = 0.1}, lowest);
  for (const Duration expected : {Duration(100ms), Duration(200ms), Duration(400ms),
                                  Duration(800ms), Duration(1s), Duration(1s), Duration(1s)}) {
    EXPECT_EQ(backoff.Next(), expected);
  }
}

TEST(Backoff, JitterAddsItsShareOfTheDelayAndNoMore) {
  ConstantRandom middle(0x80);
  Backoff fixed({.first = 1s, .cap = 1s, .jitter = 0.5}, middle);
  const double unit = ConstantRandom(0x80).Unit();
  EXPECT_EQ(fixed.Next(), Duration(1s) + Duration(static_cast<int64_t>(1e9 * 0.5 * unit)));
  FakeRandom random;
  Backoff backoff({.first = 1s, .cap = 1s, .jitter = 0.1}, random);
  Duration least = 2s;
  Duration most = 0s;
  for (int i = 0; i < 1000; ++i) {
    const Duration delay = backoff.Next();
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_GE(least, 1s);
  EXPECT_LT(least, 1005ms);
  EXPECT_LT(most, 1100ms);
  EXPECT_GT(most, 1095ms);
}

TEST(Backoff, SuccessStartsItAgain) {
  ConstantRandom lowest(0);
  Backoff backoff({.first = 100ms, .cap = 1s, .jitter = 0}, lowest);
  backoff.Next();
  backoff.Next();
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), 100ms);
}

TEST(Backoff, AHugeCapDoesNotOverflow) {
  ConstantRandom lowest(0);
  Backoff backoff({.first = 1s, .cap = Duration::max(), .jitter = 0.1}, lowest);
  Duration last = 0s;
  for (int i = 0; i < 200; ++i) {
    const Duration delay = backoff.Next();
    EXPECT_GE(delay, last);
    last = delay;
  }
}

TEST(Backoff, ACapThatIsTheFirstDelayKeepsItConstant) {
  ConstantRandom lowest(0);
  Backoff backoff({.first = 30s, .cap = 30s, .jitter = 0}, lowest);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(backoff.Next(), 30s);
}

TEST(Backoff, ACapBetweenTwoDoublingsIsNotPassed) {
  ConstantRandom lowest(0);
  Backoff backoff({.first = 3s, .cap = 10s, .jitter = 0}, lowest);
  for (const Duration expected : {Duration(3s), Duration(6s), Duration(10s), Duration(10s)}) {
    EXPECT_EQ(backoff.Next(), expected);
  }
}

}  // namespace
}  // namespace keysteward
