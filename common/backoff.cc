#include "common/backoff.h"

namespace keysteward {

Duration Backoff::Next() {
  if (delay_ == Duration::zero()) {
    delay_ = limits_.first;
  } else {
    delay_ = delay_ > limits_.cap / 2 ? limits_.cap : delay_ * 2;
  }
  const double extra = static_cast<double>(delay_.count()) * limits_.jitter * random_.Unit();
  return delay_ + Duration(static_cast<int64_t>(extra));
}

}  // namespace keysteward
