// RepairTiming: when something that is not as declared is acted on. Pure but for its memory.
//
// A difference must last kGrace first: an upgrade writes the declaration and the object one after
// the other, and an uninstall deletes the object first and the rest of the release after it. The
// first kFreely acts follow at once; whoever undoes them again and again is answered ever more
// seldom, at most every kLongest. Not thread-safe.
//
//   if (timing.Next(differs, now) == RepairTiming::Step::kAct) timing.Acted(now);
#pragma once

#include <optional>

#include "common/clock.h"

namespace keysteward::op {

class RepairTiming {
 public:
  static constexpr Duration kGrace = std::chrono::seconds(5);
  static constexpr int kFreely = 5;
  static constexpr Duration kFirst = std::chrono::seconds(15);
  static constexpr Duration kLongest = std::chrono::minutes(5);
  static constexpr Duration kCalm = std::chrono::minutes(10);  // after it, acts are forgotten

  enum class Step { kRest, kWait, kAct };

  Step Next(bool differs, MonoTime now);
  // It was tried, with whatever result.
  void Acted(MonoTime now);
  // When Next turns from kWait to kAct; nothing while all is well.
  std::optional<MonoTime> due() const;

 private:
  std::optional<MonoTime> since_;  // the difference was first seen
  std::optional<MonoTime> acted_;
  int acts_ = 0;
};

}  // namespace keysteward::op
