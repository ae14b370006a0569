// Clock: the only source of time. Wall time says when; monotonic time says how long.
//
// Wall time may jump in either direction, so durations and deadlines are always monotonic; wall
// time is for stamps and for expiry that others decided. Implementations are thread-safe.
//
//   const MonoTime deadline = clock.MonoNow() + 30s;
//   while (!ready_ && !stop.stop_requested() && clock.MonoNow() < deadline)
//     clock.WaitUntil(changed_, mutex_, stop, deadline);
#pragma once

#include <chrono>
#include <stop_token>

#include "common/mutex.h"

namespace keysteward {

using Duration = std::chrono::nanoseconds;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

class Clock {
 public:
  virtual ~Clock() = default;

  virtual WallTime WallNow() const = 0;
  virtual MonoTime MonoNow() const = 0;

  // Gives up `mutex` until `changed` is notified, `deadline` passes or `stop` fires, then takes it
  // again. May return early: the caller loops over its own condition.
  virtual void WaitUntil(CondVar& changed, Mutex& mutex, const std::stop_token& stop,
                         MonoTime deadline) const REQUIRES(mutex) = 0;

  // Sleeps; returns false when `stop` fired first.
  bool SleepFor(Duration duration, const std::stop_token& stop) const;
};

class SystemClock final : public Clock {
 public:
  WallTime WallNow() const override;
  MonoTime MonoNow() const override;
  void WaitUntil(CondVar& changed, Mutex& mutex, const std::stop_token& stop,
                 MonoTime deadline) const override;
};

}  // namespace keysteward
