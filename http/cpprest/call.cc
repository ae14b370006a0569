#include "http/cpprest/call.h"

#include <utility>

namespace keysteward::http {

void Call::OnHead(int status, Headers headers) {
  {
    MutexLock lock(mutex_);
    reply_.status = status;
    reply_.headers = std::move(headers);
    offering_ = streaming_ && status == 200;
    head_is_news_ = true;
  }
  changed_.notify_one();
}

Call::Intake Call::OnBytes(std::string_view bytes, Resume resume) {
  {
    MutexLock lock(mutex_);
    if (aborted_) return Intake::kRefused;
    if (!offering_) {
      if (bytes.size() > max_body_ - reply_.body.size()) {
        over_limit_ = true;
        return Intake::kRefused;
      }
      reply_.body.append(bytes);
      return Intake::kTaken;
    }
    offered_ = bytes;
    resume_ = std::move(resume);
  }
  changed_.notify_one();
  return Intake::kLater;
}

void Call::OnEnd(std::optional<Failure> failure) {
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    failure_ = std::move(failure);
    ended_ = true;
  }
  changed_.notify_one();
}

void Call::OnReleased() {
  {
    MutexLock lock(mutex_);
    released_ = true;
  }
  changed_.notify_one();
}

bool Call::WaitReleased(const Clock& clock, MonoTime deadline) {
  MutexLock lock(mutex_);
  while (!released_ && clock.MonoNow() < deadline) {
    clock.WaitUntil(changed_, mutex_, std::stop_token(), deadline);
  }
  return released_;
}

Call::Event Call::Wait(const Clock& clock, const std::stop_token& stop, MonoTime deadline) {
  MutexLock lock(mutex_);
  while (true) {
    if (std::exchange(head_is_news_, false)) return Event::kHead;
    if (resume_) return Event::kBytes;
    if (ended_) return Event::kEnd;
    if (stop.stop_requested()) return Event::kStopped;
    if (clock.MonoNow() >= deadline) return Event::kTimedOut;
    clock.WaitUntil(changed_, mutex_, stop, deadline);
  }
}

std::string_view Call::offered() const {
  MutexLock lock(mutex_);
  return offered_;
}

void Call::Taken(bool go_on) {
  Resume resume;
  {
    MutexLock lock(mutex_);
    resume = std::exchange(resume_, nullptr);
    offered_ = {};
    if (!go_on) aborted_ = true;
  }
  if (resume) resume(go_on);
}

void Call::Abort() { Taken(false); }

bool Call::over_limit() const {
  MutexLock lock(mutex_);
  return over_limit_;
}

HttpResponse Call::TakeReply() {
  MutexLock lock(mutex_);
  return std::move(reply_);
}

}  // namespace keysteward::http
