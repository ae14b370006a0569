#include "http/connection_limit.h"

namespace keysteward::http {

Result<ConnectionLimit::Permit> ConnectionLimit::Acquire(const std::stop_token& stop,
                                                         MonoTime deadline) {
  MutexLock lock(mutex_);
  while (free_ == 0) {
    if (stop.stop_requested()) return Error::Cancelled("call cancelled before it was sent");
    if (clock_.MonoNow() >= deadline) {
      return Error::Unavailable("not sent: too many calls to this server are in flight");
    }
    clock_.WaitUntil(released_, mutex_, stop, deadline);
  }
  --free_;
  return Permit(*this);
}

void ConnectionLimit::Release() {
  {
    MutexLock lock(mutex_);
    ++free_;
  }
  released_.notify_one();
}

}  // namespace keysteward::http
