// WorkerPool: a few threads that run the handler, behind a queue of bounded length.
//
// Submit and Collect are for the socket thread; `ring` is called from the workers after an answer
// was put where Collect finds it.
//
//   WorkerPool pool(handler, {.workers = 2, .queue = 128}, ring, log, clock);
//   if (!pool.Submit({connection_id, std::move(request)})) ...;   // full: answer 503
//   for (Answered& answered : pool.Collect()) …
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "common/clock.h"
#include "common/mutex.h"
#include "http/server.h"
#include "observability/log.h"

namespace keysteward::http {

struct Submitted {
  uint64_t connection;
  ServerRequest request;
};

struct Answered {
  uint64_t connection;
  HttpReply reply;
};

// Runs the handler; what it throws becomes a 500 and a log line.
HttpReply RunHandler(const Handler& handler, const ServerRequest& request, Logger& log);

class WorkerPool {
 public:
  struct Size {
    size_t workers;
    size_t queue;  // requests waiting, beside those being handled
  };

  // All references must outlive the pool.
  WorkerPool(const Handler& handler, Size size, std::function<void()> ring, Logger& log,
             const Clock& clock);
  // Fires the stop token of the workers, drops what is queued and waits for the handlers.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full; `submitted` is untouched then.
  bool Submit(Submitted& submitted);
  std::vector<Answered> Collect();

 private:
  void Work(const std::stop_token& stop);
  std::optional<Submitted> Next(const std::stop_token& stop);

  const Handler& handler_;
  const size_t queue_limit_;
  const std::function<void()> ring_;
  Logger& log_;
  const Clock& clock_;

  Mutex mutex_;
  CondVar queued_;
  std::deque<Submitted> queue_ GUARDED_BY(mutex_);
  std::vector<Answered> answered_ GUARDED_BY(mutex_);
  std::vector<std::jthread> threads_;  // last: joined before the rest goes
};

}  // namespace keysteward::http
