// DelayingQueue: a WorkQueue that can also add a key later.
//
// A key waits for one time only: of two delays the earlier wins, and the more urgent lane. Delays
// run on the monotonic clock. Keys still delayed at ShutDown are dropped. Thread-safe; owns one
// thread.
//
//   queue.AddAfter(key, 10min, Lane::kPeriodic);
#pragma once

#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kube/workqueue/work_queue.h"

namespace keysteward::kube {

template <typename T>
class DelayingQueue : public WorkQueue<T> {
 public:
  using typename WorkQueue<T>::Item;

  DelayingQueue(std::string name, const Clock& clock, Metrics& metrics);
  ~DelayingQueue() override;

  // A delay of zero or less adds at once. Delays above a year count as a year.
  void AddAfter(const T& key, Duration delay, Lane lane);

  // Keys whose time has not come.
  size_t delayed() const;

 private:
  struct Later {
    MonoTime at;
    Lane lane;
  };

  void Delay(const T& key, MonoTime at, Lane lane);
  void Run(const std::stop_token& stop);
  std::vector<Item> WaitForReady(const std::stop_token& stop);
  std::vector<Item> TakeReady(MonoTime now) REQUIRES(mutex_);

  mutable Mutex mutex_;
  CondVar changed_;
  std::map<T, Later> later_ GUARDED_BY(mutex_);
  std::set<std::pair<MonoTime, T>> by_time_ GUARDED_BY(mutex_);  // the same keys, earliest first
  std::jthread thread_;
};

extern template class DelayingQueue<api::ObjectKey>;
extern template class DelayingQueue<std::string>;

}  // namespace keysteward::kube
