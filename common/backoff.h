// Backoff: exponential delay with a cap and jitter, one per thing that is retried.
//
//   Backoff backoff({.first = 100ms, .cap = 30s}, random);
//   clock.SleepFor(backoff.Next(), stop);   // 100 ms, 200 ms, … 30 s, each plus jitter
//   backoff.Reset();                        // after success
#pragma once

#include "common/clock.h"
#include "common/random.h"

namespace keysteward {

struct BackoffLimits {
  Duration first = std::chrono::milliseconds(100);  // delay after the first failure; > 0
  Duration cap = std::chrono::seconds(30);          // longest delay before jitter; ≥ first
  double jitter = 0.1;                              // share added at random, 0 … 1
};

// Not thread-safe.
class Backoff {
 public:
  Backoff(BackoffLimits limits, Random& random) : limits_(limits), random_(random) {}

  Duration Next();
  void Reset() { delay_ = Duration::zero(); }

 private:
  BackoffLimits limits_;
  Random& random_;
  Duration delay_ = Duration::zero();  // before jitter; zero = not failed yet
};

}  // namespace keysteward
