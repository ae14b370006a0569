#include "http/connection_limit.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/fakes/fake_clock.h"

namespace keysteward::http {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class ConnectionLimitTest : public ::testing::Test {
 protected:
  MonoTime In(Duration time) { return clock_.MonoNow() + time; }
  FakeClock clock_;
};

TEST_F(ConnectionLimitTest, APlaceComesBackWithItsPermit) {
  ConnectionLimit limit(1, clock_);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.Acquire({}, In(0s)));
}

TEST_F(ConnectionLimitTest, WithoutAPlaceInTimeNothingWasSent) {
  ConnectionLimit limit(1, clock_);
  const auto held = limit.Acquire({}, In(1s));
  ASSERT_TRUE(held);
  const auto second = limit.Acquire({}, In(0s));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("not sent"));
}

TEST_F(ConnectionLimitTest, AWaiterGetsThePlaceThatComesFree) {
  ConnectionLimit limit(1, clock_);
  auto held = std::make_unique<Result<ConnectionLimit::Permit>>(limit.Acquire({}, In(1s)));
  std::atomic<bool> got = false;
  std::jthread waiter([&] { got = limit.Acquire({}, In(1h)).has_value(); });
  held.reset();
  waiter.join();
  EXPECT_TRUE(got);
}

TEST_F(ConnectionLimitTest, AStopEndsTheWait) {
  ConnectionLimit limit(1, clock_);
  const auto held = limit.Acquire({}, In(1s));
  std::stop_source stop;
  std::optional<ErrorCode> code;
  std::jthread waiter([&] { code = limit.Acquire(stop.get_token(), In(1h)).error().code; });
  stop.request_stop();
  waiter.join();
  EXPECT_EQ(code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace keysteward::http
