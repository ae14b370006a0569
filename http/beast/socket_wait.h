// SocketWait: waits for a socket within the deadline and stop token of one call.
//
//   SocketWait wait(clock, options.stop, deadline);
//   KS_RETURN_IF_ERROR(wait.For(socket, POLLIN));
#pragma once

#include <optional>
#include <stop_token>

#include "common/clock.h"
#include "common/result.h"

namespace keysteward::http {

// Used by one thread; the stop token may fire on any.
class SocketWait {
 public:
  SocketWait(const Clock& clock, std::stop_token stop, MonoTime deadline);
  ~SocketWait();
  SocketWait(const SocketWait&) = delete;
  SocketWait& operator=(const SocketWait&) = delete;

  void set_deadline(MonoTime deadline) { deadline_ = deadline; }
  MonoTime deadline() const { return deadline_; }
  const std::stop_token& stop() const { return stop_; }
  const Clock& clock() const { return clock_; }

  // Whether For() would fail at once. Asked inside TLS reads too, so that a peer who never lets one
  // return cannot hold the thread.
  bool IsOver() const { return stop_.stop_requested() || clock_.MonoNow() >= deadline_; }
  // `events` as in poll(2); also returns when the socket failed. kCancelled, or kDeadlineExceeded
  // "out of time".
  Result<void> For(int socket, short events);

 private:
  struct Wake {
    int event;
    void operator()() const noexcept;
  };
  const Clock& clock_;
  const std::stop_token stop_;
  MonoTime deadline_;
  int event_ = -1;
  std::optional<std::stop_callback<Wake>> callback_;
};

}  // namespace keysteward::http
