#include "common/clock.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/fakes/fake_clock.h"

namespace keysteward {
namespace {

using namespace std::chrono_literals;  // NOLINT: 5s reads as a table of numbers

// A flag set under the mutex by one thread and waited for by another.
class Gate {
 public:
  void Open() {
    {
      MutexLock lock(mutex_);
      open_ = true;
    }
    changed_.notify_all();
  }
  // Whether it was open before `deadline` or `stop`.
  bool Await(const Clock& clock, const std::stop_token& stop, MonoTime deadline) {
    MutexLock lock(mutex_);
    while (!open_ && !stop.stop_requested() && clock.MonoNow() < deadline) {
      clock.WaitUntil(changed_, mutex_, stop, deadline);
    }
    return open_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool open_ GUARDED_BY(mutex_) = false;
};

TEST(SystemClock, ANotificationEndsTheWaitLongBeforeItsDeadline) {
  const SystemClock clock;
  Gate gate;
  std::jthread opener([&gate] { gate.Open(); });
  EXPECT_TRUE(gate.Await(clock, {}, clock.MonoNow() + 1h));
}

TEST(SystemClock, AStopEndsTheWait) {
  const SystemClock clock;
  Gate gate;
  std::stop_source stop;
  std::jthread stopper([&stop] { stop.request_stop(); });
  EXPECT_FALSE(gate.Await(clock, stop.get_token(), clock.MonoNow() + 1h));
}

TEST(SystemClock, AStopBeforeTheWaitEndsItAtOnce) {
  const SystemClock clock;
  Gate gate;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(gate.Await(clock, stop.get_token(), clock.MonoNow() + 1h));
  EXPECT_FALSE(clock.SleepFor(1h, stop.get_token()));
  EXPECT_FALSE(clock.SleepFor(Duration::max(), stop.get_token()));
}

TEST(SystemClock, ADeadlineEndsTheWait) {
  const SystemClock clock;
  Gate gate;
  EXPECT_FALSE(gate.Await(clock, {}, clock.MonoNow() + 1ms));
  EXPECT_FALSE(gate.Await(clock, {}, clock.MonoNow() - 1h));
  EXPECT_TRUE(clock.SleepFor(1ms, {}));
  EXPECT_TRUE(clock.SleepFor(0s, {}));
  EXPECT_TRUE(clock.SleepFor(-1h, {}));
}

TEST(SystemClock, MonotonicTimeNeverFalls) {
  const SystemClock clock;
  MonoTime last = clock.MonoNow();
  for (int i = 0; i < 1000; ++i) {
    const MonoTime now = clock.MonoNow();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(FakeClock, MovesOnlyWhenTold) {
  FakeClock clock;
  const MonoTime mono = clock.MonoNow();
  const WallTime wall = clock.WallNow();
  EXPECT_EQ(clock.MonoNow(), mono);
  clock.Advance(5s);
  EXPECT_EQ(clock.MonoNow() - mono, 5s);
  EXPECT_EQ(clock.WallNow() - wall, 5s);
  clock.JumpWall(-10min);
  EXPECT_EQ(clock.MonoNow() - mono, 5s);
  EXPECT_EQ(clock.WallNow() - wall, 5s - 10min);
}

TEST(FakeClock, ASleeperWakesWhenTheTestAdvancesTheTime) {
  FakeClock clock;
  std::jthread advancer([&clock](const std::stop_token& done) {
    while (!done.stop_requested()) clock.Advance(1min);
  });
  EXPECT_TRUE(clock.SleepFor(30min, {}));
}

}  // namespace
}  // namespace keysteward
