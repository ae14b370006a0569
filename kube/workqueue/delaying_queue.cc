#include "kube/workqueue/delaying_queue.h"

#include <algorithm>
#include <utility>

namespace keysteward::kube {
namespace {

constexpr Duration kLongestDelay = std::chrono::hours(24 * 365);
// How stale the gauges of unfinished work may get when nothing else happens.
constexpr Duration kReportEvery = std::chrono::seconds(5);

}  // namespace

template <typename T>
DelayingQueue<T>::DelayingQueue(std::string name, const Clock& clock, Metrics& metrics)
    : WorkQueue<T>(std::move(name), clock, metrics),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

template <typename T>
DelayingQueue<T>::~DelayingQueue() {
  thread_.request_stop();
  thread_.join();
}

template <typename T>
void DelayingQueue<T>::AddAfter(const T& key, Duration delay, Lane lane) {
  if (this->shutting_down()) return;
  if (delay <= Duration::zero()) {
    this->Add(key, lane);
  } else {
    Delay(key, this->clock().MonoNow() + std::min(delay, kLongestDelay), lane);
  }
  this->CountRetry();
}

template <typename T>
void DelayingQueue<T>::Delay(const T& key, MonoTime at, Lane lane) {
  MutexLock lock(mutex_);
  const auto [entry, is_new] = later_.try_emplace(key, Later{at, lane});
  Later& later = entry->second;
  if (lane == Lane::kUrgent) later.lane = lane;
  if (!is_new && later.at <= at) return;
  by_time_.erase({later.at, key});
  later.at = at;
  by_time_.emplace(at, key);
  changed_.notify_all();
}

template <typename T>
size_t DelayingQueue<T>::delayed() const {
  MutexLock lock(mutex_);
  return later_.size();
}

template <typename T>
void DelayingQueue<T>::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    for (const Item& item : WaitForReady(stop)) this->Add(item.key, item.lane);
    this->ReportUnfinishedWork();
  }
}

template <typename T>
std::vector<typename DelayingQueue<T>::Item> DelayingQueue<T>::WaitForReady(
    const std::stop_token& stop) {
  MutexLock lock(mutex_);
  const MonoTime report_at = this->clock().MonoNow() + kReportEvery;
  while (!stop.stop_requested()) {
    const MonoTime now = this->clock().MonoNow();
    std::vector<Item> ready = TakeReady(now);
    if (!ready.empty() || now >= report_at) return ready;
    const MonoTime next = by_time_.empty() ? report_at : by_time_.begin()->first;
    this->clock().WaitUntil(changed_, mutex_, stop, std::min(next, report_at));
  }
  return {};
}

template <typename T>
std::vector<typename DelayingQueue<T>::Item> DelayingQueue<T>::TakeReady(MonoTime now) {
  std::vector<Item> ready;
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    const auto later = later_.find(by_time_.begin()->second);
    ready.push_back({later->first, later->second.lane});
    later_.erase(later);
    by_time_.erase(by_time_.begin());
  }
  return ready;
}

template class DelayingQueue<api::ObjectKey>;
template class DelayingQueue<std::string>;

}  // namespace keysteward::kube
