#include "kube/workqueue/work_queue.h"

#include <algorithm>
#include <utility>

#include "observability/metric_names.h"

namespace keysteward::kube {
namespace {

// Get has no deadline of its own: it ends by stop, by shut-down or with a key.
constexpr Duration kLongWait = std::chrono::hours(1);

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

template <typename T>
WorkQueue<T>::WorkQueue(std::string name, const Clock& clock, Metrics& metrics)
    : name_(std::move(name)), clock_(clock), metrics_(metrics) {}

template <typename T>
void WorkQueue<T>::Add(const T& key, Lane lane) {
  MutexLock lock(mutex_);
  if (shutting_down_) return;
  const auto [entry, is_new] = dirty_.try_emplace(key, Dirty{lane, clock_.MonoNow(), {}});
  Dirty& dirty = entry->second;
  if (!is_new) {
    if (lane == Lane::kUrgent && dirty.lane == Lane::kPeriodic) Lift(dirty);
    return;
  }
  metrics_.Increment(kWorkqueueAdds, {{"name", name_}});
  if (!processing_.contains(key)) Enqueue(key, dirty);
}

template <typename T>
void WorkQueue<T>::Enqueue(const T& key, Dirty& dirty) {
  Order& order = OrderOf(dirty.lane);
  dirty.place = order.insert(order.end(), key);
  ReportDepth();
  changed_.notify_one();
}

template <typename T>
void WorkQueue<T>::Lift(Dirty& dirty) {
  if (dirty.place) urgent_.splice(urgent_.end(), periodic_, *dirty.place);
  dirty.lane = Lane::kUrgent;
}

template <typename T>
std::optional<typename WorkQueue<T>::Item> WorkQueue<T>::Get(const std::stop_token& stop) {
  MutexLock lock(mutex_);
  while (!stop.stop_requested()) {
    if (WaitingCount() != 0) return TakeNext();
    if (shutting_down_) return std::nullopt;
    clock_.WaitUntil(changed_, mutex_, stop, clock_.MonoNow() + kLongWait);
  }
  // The wake-up that may have been meant for us is somebody else's now.
  if (WaitingCount() != 0) changed_.notify_one();
  return std::nullopt;
}

template <typename T>
typename WorkQueue<T>::Item WorkQueue<T>::TakeNext() {
  const bool urgent = !urgent_.empty() && (periodic_.empty() || urgent_in_a_row_ < kUrgentInARow);
  urgent_in_a_row_ = urgent && !periodic_.empty() ? urgent_in_a_row_ + 1 : 0;
  Order& order = urgent ? urgent_ : periodic_;
  Item item{std::move(order.front()), urgent ? Lane::kUrgent : Lane::kPeriodic};
  order.pop_front();
  const auto dirty = dirty_.find(item.key);
  const MonoTime now = clock_.MonoNow();
  metrics_.Observe(kWorkqueueQueueDuration, {{"name", name_}}, Seconds(now - dirty->second.since));
  dirty_.erase(dirty);
  processing_.emplace(item.key, now);
  ReportDepth();
  return item;
}

template <typename T>
void WorkQueue<T>::Done(const T& key) {
  MutexLock lock(mutex_);
  const auto work = processing_.find(key);
  if (work == processing_.end()) return;
  metrics_.Observe(kWorkqueueWorkDuration, {{"name", name_}},
                   Seconds(clock_.MonoNow() - work->second));
  processing_.erase(work);
  if (const auto again = dirty_.find(key); again != dirty_.end()) {
    Enqueue(key, again->second);
  } else if (shutting_down_) {
    drained_.notify_all();
  }
}

template <typename T>
void WorkQueue<T>::ShutDown() {
  MutexLock lock(mutex_);
  shutting_down_ = true;
  changed_.notify_all();
}

template <typename T>
bool WorkQueue<T>::ShutDownWithDrain(const std::stop_token& stop, MonoTime deadline) {
  ShutDown();
  MutexLock lock(mutex_);
  while (!processing_.empty() || !dirty_.empty()) {
    if (stop.stop_requested() || clock_.MonoNow() >= deadline) return false;
    clock_.WaitUntil(drained_, mutex_, stop, deadline);
  }
  return true;
}

template <typename T>
bool WorkQueue<T>::shutting_down() const {
  MutexLock lock(mutex_);
  return shutting_down_;
}

template <typename T>
size_t WorkQueue<T>::size() const {
  MutexLock lock(mutex_);
  return WaitingCount();
}

template <typename T>
void WorkQueue<T>::ReportUnfinishedWork() const {
  MutexLock lock(mutex_);
  const MonoTime now = clock_.MonoNow();
  Duration total{};
  Duration longest{};
  for (const auto& [key, started] : processing_) {
    total += now - started;
    longest = std::max(longest, Duration(now - started));
  }
  metrics_.Set(kWorkqueueUnfinishedWork, {{"name", name_}}, Seconds(total));
  metrics_.Set(kWorkqueueLongestRunning, {{"name", name_}}, Seconds(longest));
}

template <typename T>
void WorkQueue<T>::CountRetry() {
  metrics_.Increment(kWorkqueueRetries, {{"name", name_}});
}

template <typename T>
void WorkQueue<T>::ReportDepth() const {
  metrics_.Set(kWorkqueueDepth, {{"name", name_}}, static_cast<double>(WaitingCount()));
}

template class WorkQueue<api::ObjectKey>;
template class WorkQueue<std::string>;

}  // namespace keysteward::kube
