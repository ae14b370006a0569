#include "common/backoff.h"

#include <algorithm>

namespace keysteward {

Duration Backoff::Next() {
  delay_ = delay_ == Duration::zero() ? limits_.first : std::min(delay_ * 2, limits_.cap);
  const double extra = static_cast<double>(delay_.count()) * limits_.jitter * random_.Unit();
  return delay_ + Duration(static_cast<int64_t>(extra));
}

}  // namespace keysteward
