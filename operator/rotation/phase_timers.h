// PhaseTimers: how long this process has seen something hold, on the monotonic clock.
//
// Nothing is stored: a restarted process starts again from zero, so a wait can only become longer,
// and no jump of the wall clock shortens one. Thread-safe.
//
//   timers.Elapsed("<uid>/Overlap");        // zero at the first call, then growing
//   timers.Reset("<uid>/gate");             // the gate broke: start again
#pragma once

#include <map>
#include <string>

#include "common/clock.h"
#include "common/mutex.h"

namespace keysteward::op {

class PhaseTimers {
 public:
  explicit PhaseTimers(const Clock& clock) : clock_(clock) {}

  Duration Elapsed(const std::string& phase);
  void Reset(const std::string& phase);
  // Forgets every phase whose name begins with `prefix`.
  void Forget(const std::string& prefix);

 private:
  const Clock& clock_;
  Mutex mutex_;
  std::map<std::string, MonoTime> since_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::op
