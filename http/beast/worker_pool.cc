#include "http/beast/worker_pool.h"

#include <exception>

namespace keysteward::http {

HttpReply RunHandler(const Handler& handler, const ServerRequest& request, Logger& log) {
  try {
    return handler(request);
  } catch (const std::exception&) {
    // Its text may quote the request, so it is not logged.
    log.Error("request handler threw", {{"path", request.path}, {"method", request.method}});
  } catch (...) {
    log.Error("request handler threw", {{"path", request.path}, {"method", request.method}});
  }
  return HttpReply::Text(500, "internal error\n");
}

WorkerPool::WorkerPool(const Handler& handler, Size size, std::function<void()> ring, Logger& log,
                       const Clock& clock)
    : handler_(handler),
      queue_limit_(size.queue),
      ring_(std::move(ring)),
      log_(log),
      clock_(clock) {
  for (size_t i = 0; i < size.workers; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { Work(stop); });
  }
}

WorkerPool::~WorkerPool() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

bool WorkerPool::Submit(Submitted& submitted) {
  {
    MutexLock lock(mutex_);
    if (queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(submitted));
  }
  queued_.notify_one();
  return true;
}

std::vector<Answered> WorkerPool::Collect() {
  MutexLock lock(mutex_);
  return std::exchange(answered_, {});
}

bool WorkerPool::Next(const std::stop_token& stop, Submitted& next) {
  MutexLock lock(mutex_);
  while (queue_.empty() && !stop.stop_requested()) {
    clock_.WaitUntil(queued_, mutex_, stop, MonoTime::max());
  }
  if (stop.stop_requested()) return false;
  next = std::move(queue_.front());
  queue_.pop_front();
  return true;
}

void WorkerPool::Work(const std::stop_token& stop) {
  Submitted next;
  while (Next(stop, next)) {
    HttpReply reply = RunHandler(handler_, next.request, log_);
    next.request = {};
    {
      MutexLock lock(mutex_);
      answered_.push_back({next.connection, std::move(reply)});
    }
    ring_();
  }
}

}  // namespace keysteward::http
