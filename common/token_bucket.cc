#include "common/token_bucket.h"

#include <algorithm>

namespace keysteward {

void TokenBucket::Refill(MonoTime now) {
  if (now <= last_) return;
  const double seconds = std::chrono::duration<double>(now - last_).count();
  if (last_ != MonoTime{}) tokens_ = std::min(burst_, tokens_ + seconds * rate_);
  last_ = now;
}

Duration TokenBucket::Reserve(MonoTime now) {
  MutexLock lock(mutex_);
  Refill(now);
  tokens_ -= 1;
  if (tokens_ >= 0) return Duration::zero();
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(-tokens_ / rate_));
}

bool TokenBucket::TryTake(MonoTime now) {
  MutexLock lock(mutex_);
  Refill(now);
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

}  // namespace keysteward
