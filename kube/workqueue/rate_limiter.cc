#include "kube/workqueue/rate_limiter.h"

#include <algorithm>
#include <limits>

namespace keysteward::kube {

template <typename T>
Duration ItemExponentialRateLimiter<T>::When(const T& key) {
  MutexLock lock(mutex_);
  int& failures = failures_[key];
  Duration delay = first_;
  // Doubling stops at the cap, so no count of failures can overflow the delay.
  for (int i = 0; i < failures && delay < cap_; ++i) delay = delay > cap_ / 2 ? cap_ : delay * 2;
  if (failures < std::numeric_limits<int>::max()) ++failures;
  return delay;
}

template <typename T>
void ItemExponentialRateLimiter<T>::Forget(const T& key) {
  MutexLock lock(mutex_);
  failures_.erase(key);
}

template <typename T>
int ItemExponentialRateLimiter<T>::NumRequeues(const T& key) const {
  MutexLock lock(mutex_);
  const auto found = failures_.find(key);
  return found == failures_.end() ? 0 : found->second;
}

template <typename T>
Duration MaxOfRateLimiter<T>::When(const T& key) {
  Duration longest{};
  for (const auto& limiter : limiters_) longest = std::max(longest, limiter->When(key));
  return longest;
}

template <typename T>
void MaxOfRateLimiter<T>::Forget(const T& key) {
  for (const auto& limiter : limiters_) limiter->Forget(key);
}

template <typename T>
int MaxOfRateLimiter<T>::NumRequeues(const T& key) const {
  int most = 0;
  for (const auto& limiter : limiters_) most = std::max(most, limiter->NumRequeues(key));
  return most;
}

template <typename T>
std::unique_ptr<RateLimiter<T>> DefaultRateLimiter(const Clock& clock) {
  std::vector<std::unique_ptr<RateLimiter<T>>> limiters;
  limiters.push_back(std::make_unique<ItemExponentialRateLimiter<T>>(std::chrono::milliseconds(5),
                                                                     std::chrono::seconds(1000)));
  limiters.push_back(std::make_unique<BucketRateLimiter<T>>(clock, 10, 100));
  return std::make_unique<MaxOfRateLimiter<T>>(std::move(limiters));
}

template class ItemExponentialRateLimiter<api::ObjectKey>;
template class ItemExponentialRateLimiter<std::string>;
template class MaxOfRateLimiter<api::ObjectKey>;
template class MaxOfRateLimiter<std::string>;
template std::unique_ptr<RateLimiter<api::ObjectKey>> DefaultRateLimiter(const Clock&);
template std::unique_ptr<RateLimiter<std::string>> DefaultRateLimiter(const Clock&);

}  // namespace keysteward::kube
