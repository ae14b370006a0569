#include "kube/events/event_aggregator.h"

namespace keysteward::kube {
namespace {

constexpr Duration kWindow = std::chrono::hours(1);

std::string Identity(const ObjectReference& object) {
  return object.uid.empty() ? object.kind + "/" + object.namespace_name + "/" + object.name
                            : object.uid;
}

}  // namespace

EventAggregator::Decision EventAggregator::Take(const Event& event, MonoTime now) {
  const auto found = series_.find(SeriesKey(event));
  if (found == series_.end() || now - found->second.last_seen > kSeriesEnds) {
    return {MayWrite(event, now) ? Step::kCreate : Step::kDrop};
  }
  Series& series = found->second;
  series.last_seen = now;
  ++series.count;
  const bool due = series.count == 2 || now - series.last_written >= kSeriesRefresh;
  if (!due || !MayWrite(event, now)) return {Step::kCount};
  series.last_written = now;
  series.written_count = series.count;
  return {Step::kPatch, series.key, series.count};
}

void EventAggregator::Created(const Event& event, api::ObjectKey key, MonoTime now) {
  // Full only when thousands of different events came within minutes; then repetitions of further
  // ones stand alone, within the limits of their objects.
  if (series_.size() >= kMostSeries) return;
  series_.insert_or_assign(SeriesKey(event), Series{std::move(key), 1, 1, now, now});
}

void EventAggregator::Forget(const Event& event) { series_.erase(SeriesKey(event)); }

std::vector<EventAggregator::Ended> EventAggregator::TakeEnded(MonoTime now) {
  std::vector<Ended> ended;
  for (const auto& [id, series] : series_) {
    const bool over = now - series.last_seen > kSeriesEnds;
    if (over && series.count > series.written_count) ended.push_back({series.key, series.count});
  }
  std::erase_if(series_,
                [now](const auto& entry) { return now - entry.second.last_seen > kSeriesEnds; });
  std::erase_if(writes_, [now](const auto& entry) { return now - entry.second.back() > kWindow; });
  return ended;
}

bool EventAggregator::MayWrite(const Event& event, MonoTime now) {
  const size_t most = event.level == EventLevel::kWarning ? kWarningsPerHour : kNormalsPerHour;
  std::deque<MonoTime>& times = writes_[{event.level, Identity(event.regarding)}];
  while (!times.empty() && now - times.front() >= kWindow) times.pop_front();
  if (times.size() >= most) return false;
  times.push_back(now);
  return true;
}

}  // namespace keysteward::kube
