#include "operator/guard/repair_timing.h"

#include <algorithm>

namespace keysteward::op {

namespace {

Duration PauseAfter(int acts) {
  Duration pause = Duration::zero();
  for (int i = RepairTiming::kFreely; i <= acts && pause < RepairTiming::kLongest; ++i) {
    pause = pause == Duration::zero() ? RepairTiming::kFirst : pause * 2;
  }
  return std::min(pause, RepairTiming::kLongest);
}

}  // namespace

RepairTiming::Step RepairTiming::Next(bool differs, MonoTime now) {
  if (!differs) {
    since_.reset();
    if (acted_ && now - *acted_ >= kCalm) acts_ = 0;
    return Step::kRest;
  }
  if (!since_) since_ = now;
  return now >= *due() ? Step::kAct : Step::kWait;
}

void RepairTiming::Acted(MonoTime now) {
  acted_ = now;
  ++acts_;
}

std::optional<MonoTime> RepairTiming::due() const {
  if (!since_) return std::nullopt;
  const MonoTime after_grace = *since_ + kGrace;
  return acted_ ? std::max(after_grace, *acted_ + PauseAfter(acts_)) : after_grace;
}

}  // namespace keysteward::op
