#include "common/clock.h"

#include <utility>

namespace keysteward {

bool Clock::SleepFor(Duration duration, const std::stop_token& stop) const {
  Mutex mutex;
  CondVar never;
  const MonoTime now = MonoNow();
  const MonoTime deadline = duration < MonoTime::max() - now ? now + duration : MonoTime::max();
  MutexLock lock(mutex);
  while (!stop.stop_requested() && MonoNow() < deadline) WaitUntil(never, mutex, stop, deadline);
  return !stop.stop_requested();
}

WallTime SystemClock::WallNow() const { return std::chrono::system_clock::now(); }

MonoTime SystemClock::MonoNow() const { return std::chrono::steady_clock::now(); }

void SystemClock::WaitUntil(CondVar& changed, Mutex& mutex, const std::stop_token& stop,
                            MonoTime deadline) const {
  // The predicate overload is the one that a stop token wakes without a lost wake-up; the predicate
  // lets the first notification through.
  bool entered = false;
  changed.wait_until(mutex, stop, deadline, [&entered] { return std::exchange(entered, true); });
}

}  // namespace keysteward
