// FakeClock: time that moves only when the test says so. Thread-safe.
//
//   FakeClock clock;
//   clock.Advance(5s);          // both clocks
//   clock.JumpWall(-10min);     // wall time alone, as after a bad NTP answer
#pragma once

#include <atomic>

#include "common/clock.h"

namespace keysteward {

class FakeClock final : public Clock {
 public:
  // Starts at 2026-01-01T00:00:00Z, monotonic one hour.
  FakeClock();

  void Advance(Duration duration);
  void JumpWall(Duration duration) { wall_ += duration.count(); }

  WallTime WallNow() const override { return WallTime(Duration(wall_.load())); }
  MonoTime MonoNow() const override { return MonoTime(Duration(mono_.load())); }
  // Looks again every real millisecond, so a test thread may advance the time at any moment.
  void WaitUntil(CondVar& changed, Mutex& mutex, const std::stop_token& stop,
                 MonoTime deadline) const override;

 private:
  std::atomic<int64_t> wall_;
  std::atomic<int64_t> mono_;
};

}  // namespace keysteward
