// ConnectionLimit: how many calls of one transport may hold a connection at the same time.
//
//   KS_ASSIGN_OR_RETURN(const ConnectionLimit::Permit permit,
//                       limit.Acquire(options.stop, deadline));
#pragma once

#include <cstddef>
#include <memory>

#include "common/clock.h"
#include "common/result.h"

namespace keysteward::http {

// Thread-safe. Must outlive its permits.
class ConnectionLimit {
 public:
  ConnectionLimit(size_t limit, const Clock& clock) : free_(limit), clock_(clock) {}

  // Gives the place back when it goes.
  class Permit {
   public:
    explicit Permit(ConnectionLimit& limit) : limit_(&limit) {}

   private:
    struct Release {
      void operator()(ConnectionLimit* limit) const { limit->Release(); }
    };
    std::unique_ptr<ConnectionLimit, Release> limit_;
  };

  // kUnavailable when no place came free in time: nothing was sent. kCancelled when `stop` fired.
  Result<Permit> Acquire(const std::stop_token& stop, MonoTime deadline);

 private:
  void Release();

  Mutex mutex_;
  CondVar released_;
  size_t free_ GUARDED_BY(mutex_);
  const Clock& clock_;
};

}  // namespace keysteward::http
