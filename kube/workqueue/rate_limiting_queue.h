// RateLimitingQueue: a DelayingQueue that waits longer with each failure of a key.
//
//   queue.AddRateLimited(key, lane);   // after a failure
//   queue.Forget(key);                 // after success; Done is still due
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "kube/workqueue/delaying_queue.h"
#include "kube/workqueue/rate_limiter.h"

namespace keysteward::kube {

template <typename T>
class RateLimitingQueue final : public DelayingQueue<T> {
 public:
  RateLimitingQueue(std::string name, std::unique_ptr<RateLimiter<T>> limiter, const Clock& clock,
                    Metrics& metrics)
      : DelayingQueue<T>(std::move(name), clock, metrics), limiter_(std::move(limiter)) {}

  // Adds after the limiter's delay, or after `at_least` if that is longer (Retry-After of a
  // server).
  void AddRateLimited(const T& key, Lane lane, Duration at_least = Duration::zero()) {
    this->AddAfter(key, std::max(limiter_->When(key), at_least), lane);
  }
  void Forget(const T& key) { limiter_->Forget(key); }
  int NumRequeues(const T& key) const { return limiter_->NumRequeues(key); }

 private:
  const std::unique_ptr<RateLimiter<T>> limiter_;
};

}  // namespace keysteward::kube
