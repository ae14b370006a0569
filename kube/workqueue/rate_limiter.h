// RateLimiter: how long a failing key has to wait before it is tried again.
//
//   auto limiter = DefaultRateLimiter<Request>(clock);
//   queue.AddAfter(key, limiter->When(key), lane);   // after a failure
//   limiter->Forget(key);                            // after success
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/meta/object_meta.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "common/token_bucket.h"

namespace keysteward::kube {

// Implementations are thread-safe.
template <typename T>
class RateLimiter {
 public:
  virtual ~RateLimiter() = default;

  // Counts one failure of `key` and says how long it waits.
  virtual Duration When(const T& key) = 0;
  // The key did well, or nobody will try it again.
  virtual void Forget(const T& key) = 0;
  // Failures since the last Forget.
  virtual int NumRequeues(const T& key) const = 0;
};

// first, 2·first, 4·first … cap, per key.
template <typename T>
class ItemExponentialRateLimiter final : public RateLimiter<T> {
 public:
  // Preconditions: 0 < first ≤ cap.
  ItemExponentialRateLimiter(Duration first, Duration cap) : first_(first), cap_(cap) {}

  Duration When(const T& key) override;
  void Forget(const T& key) override;
  int NumRequeues(const T& key) const override;

 private:
  const Duration first_;
  const Duration cap_;
  mutable Mutex mutex_;
  std::map<T, int> failures_ GUARDED_BY(mutex_);
};

// One bucket over all keys.
template <typename T>
class BucketRateLimiter final : public RateLimiter<T> {
 public:
  BucketRateLimiter(const Clock& clock, double per_second, double burst)
      : clock_(clock), bucket_(per_second, burst) {}

  Duration When(const T&) override { return bucket_.Reserve(clock_.MonoNow()); }
  void Forget(const T&) override {}
  int NumRequeues(const T&) const override { return 0; }

 private:
  const Clock& clock_;
  TokenBucket bucket_;
};

// The longest wait of several limiters.
template <typename T>
class MaxOfRateLimiter final : public RateLimiter<T> {
 public:
  explicit MaxOfRateLimiter(std::vector<std::unique_ptr<RateLimiter<T>>> limiters)
      : limiters_(std::move(limiters)) {}

  Duration When(const T& key) override;
  void Forget(const T& key) override;
  int NumRequeues(const T& key) const override;

 private:
  const std::vector<std::unique_ptr<RateLimiter<T>>> limiters_;
};

// Per key 5 ms … 1000 s, overall 10 a second with bursts of 100: the defaults of
// controller-runtime.
template <typename T>
std::unique_ptr<RateLimiter<T>> DefaultRateLimiter(const Clock& clock);

extern template class ItemExponentialRateLimiter<api::ObjectKey>;
extern template class ItemExponentialRateLimiter<std::string>;
extern template class MaxOfRateLimiter<api::ObjectKey>;
extern template class MaxOfRateLimiter<std::string>;

}  // namespace keysteward::kube
