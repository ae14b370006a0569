// TokenBucket: at most `rate` tokens a second on average, `burst` at once.
//
//   const Duration wait = bucket.Reserve(clock.MonoNow());   // zero: go now; else sleep that long
#pragma once

#include "common/clock.h"
#include "common/mutex.h"

namespace keysteward {

// Thread-safe. Time is passed in, so it never goes backwards by itself.
class TokenBucket {
 public:
  // Preconditions: rate > 0 tokens per second, burst ≥ 1.
  TokenBucket(double rate, double burst) : rate_(rate), burst_(burst), tokens_(burst) {}

  // Takes one token, now or in the future, and says how long until it is due.
  Duration Reserve(MonoTime now);
  // Takes one token only if it is there.
  bool TryTake(MonoTime now);

 private:
  void Refill(MonoTime now) REQUIRES(mutex_);

  const double rate_;
  const double burst_;
  Mutex mutex_;
  double tokens_ GUARDED_BY(mutex_);  // negative: reserved ahead
  MonoTime last_ GUARDED_BY(mutex_){};
};

}  // namespace keysteward
