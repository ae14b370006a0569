// Call: one exchange, where cpprestsdk's thread and the thread that waits for the reply meet.
//
// The library's side never blocks: bytes of a collected body are copied, bytes of a stream are
// offered and the library reads on only after the waiting side has taken them (back-pressure).
// The waiting side runs the sink on its own thread, so a slow sink holds up nothing else.
//
//   while (true) {
//     switch (call->Wait(clock, stop, deadline)) {
//       case Call::Event::kBytes: call->Taken(Use(call->offered())); break;
//       case Call::Event::kEnd: return call->TakeReply();
//       …
//
// Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "http/transport.h"

namespace keysteward::http {

class Call {
 public:
  // Called exactly once for every kLater: whether to go on reading.
  using Resume = std::function<void(bool go_on)>;
  enum class Intake { kTaken, kRefused, kLater };
  enum class Event { kHead, kBytes, kEnd, kStopped, kTimedOut };

  struct Failure {
    std::string message;
    bool stale_connection = false;  // found closed before anything was written on it
  };

  // With `streaming`, a body of status 200 is offered piece by piece; every other body is collected
  // up to `max_body` bytes.
  Call(bool streaming, size_t max_body) : streaming_(streaming), max_body_(max_body) {}

  // On the library's thread.
  void OnHead(int status, Headers headers);
  Intake OnBytes(std::string_view bytes, Resume resume);
  void OnEnd(std::optional<Failure> failure);
  // The library dropped the exchange; its connection is free to be used again.
  void OnReleased();

  // On the waiting thread. kHead comes once, before the first bytes.
  Event Wait(const Clock& clock, const std::stop_token& stop, MonoTime deadline);
  // After kBytes; valid until Taken().
  std::string_view offered() const;
  void Taken(bool go_on);
  // Nothing more is taken from the library; it may still call, and is refused.
  void Abort();

  // After kEnd.
  const std::optional<Failure>& failure() const { return failure_; }
  bool over_limit() const;
  HttpResponse TakeReply();
  // False when OnReleased() did not come by `deadline`.
  bool WaitReleased(const Clock& clock, MonoTime deadline);

 private:
  const bool streaming_;
  const size_t max_body_;
  mutable Mutex mutex_;
  CondVar changed_;
  bool head_is_news_ GUARDED_BY(mutex_) = false;
  bool offering_ GUARDED_BY(mutex_) = false;  // status 200 of a stream
  bool aborted_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
  bool released_ GUARDED_BY(mutex_) = false;
  bool over_limit_ GUARDED_BY(mutex_) = false;
  std::string_view offered_ GUARDED_BY(mutex_);
  Resume resume_ GUARDED_BY(mutex_);
  HttpResponse reply_ GUARDED_BY(mutex_);
  std::optional<Failure> failure_;  // written once before ended_
};

}  // namespace keysteward::http
