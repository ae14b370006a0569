#include "tests/fakes/fake_clock.h"

namespace keysteward {
namespace {

constexpr Duration kWallStart = std::chrono::seconds(1'767'225'600);  // 2026-01-01T00:00:00Z
constexpr Duration kMonoStart = std::chrono::hours(1);

}  // namespace

FakeClock::FakeClock() : wall_(kWallStart.count()), mono_(kMonoStart.count()) {}

void FakeClock::Advance(Duration duration) {
  wall_ += duration.count();
  mono_ += duration.count();
}

void FakeClock::WaitUntil(CondVar& changed, Mutex& mutex, const std::stop_token& stop,
                          MonoTime deadline) const {
  if (stop.stop_requested() || MonoNow() >= deadline) return;
  changed.wait_for(mutex, std::chrono::milliseconds(1));
}

}  // namespace keysteward
