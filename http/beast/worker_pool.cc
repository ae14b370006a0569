#include "http/beast/worker_pool.h"

#include <exception>
#include <utility>

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

std::optional<Submitted> WorkerPool::Next(const std::stop_token& stop) {
  MutexLock lock(mutex_);
  while (queue_.empty() && !stop.stop_requested()) {
    clock_.WaitUntil(queued_, mutex_, stop, MonoTime::max());
  }
  if (stop.stop_requested()) return std::nullopt;
  std::optional<Submitted> next = std::move(queue_.front());
  queue_.pop_front();
  return next;
}

// A request is gone before the next one is waited for: a string that is set to an empty one keeps
// its room, which was 8 MiB for each worker.
void WorkerPool::Work(const std::stop_token& stop) {
  while (std::optional<Submitted> next = Next(stop)) {
    Answered answered{next->connection, RunHandler(handler_, next->request, log_)};
    next.reset();
    {
      MutexLock lock(mutex_);
      answered_.push_back(std::move(answered));
    }
    ring_();
  }
}

}  // namespace keysteward::http
