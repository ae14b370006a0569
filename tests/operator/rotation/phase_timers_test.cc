#include "operator/rotation/phase_timers.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations

TEST(PhaseTimers, CountFromTheFirstLookOnTheMonotonicClock) {
  FakeClock clock;
  PhaseTimers timers(clock);
  EXPECT_EQ(timers.Elapsed("a"), 0s);
  clock.Advance(5s);
  clock.JumpWall(-24h * 3653);
  EXPECT_EQ(timers.Elapsed("a"), 5s);
  EXPECT_EQ(timers.Elapsed("b"), 0s);
}

TEST(PhaseTimers, ResetStartsAgainAndForgetDropsByPrefix) {
  FakeClock clock;
  PhaseTimers timers(clock);
  for (const char* phase : {"u1/a", "u1/b", "u10/a"}) (void)timers.Elapsed(phase);
  clock.Advance(5s);
  timers.Reset("u1/a");
  EXPECT_EQ(timers.Elapsed("u1/a"), 0s);
  timers.Forget("u1/");
  EXPECT_EQ(timers.Elapsed("u1/b"), 0s);
  EXPECT_EQ(timers.Elapsed("u10/a"), 5s);
}

}  // namespace
}  // namespace keysteward::op
