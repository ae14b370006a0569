#include "tests/fakes/recording_metrics.h"

namespace keysteward {

void RecordingMetrics::Increment(const MetricSpec& metric, const Labels& labels, double by) {
  MutexLock lock(mutex_);
  Series& series = series_[{std::string(metric.name), labels}];
  series.value += by;
  ++series.count;
}

void RecordingMetrics::Set(const MetricSpec& metric, const Labels& labels, double value) {
  MutexLock lock(mutex_);
  Series& series = series_[{std::string(metric.name), labels}];
  series.value = value;
  ++series.count;
}

void RecordingMetrics::Observe(const MetricSpec& metric, const Labels& labels, double seconds) {
  Increment(metric, labels, seconds);
}

void RecordingMetrics::Remove(const MetricSpec& metric, const Labels& labels) {
  MutexLock lock(mutex_);
  series_.erase({std::string(metric.name), labels});
}

double RecordingMetrics::Value(std::string_view name, const Labels& labels) const {
  return Find(name, labels).value;
}

int RecordingMetrics::Count(std::string_view name, const Labels& labels) const {
  return Find(name, labels).count;
}

RecordingMetrics::Series RecordingMetrics::Find(std::string_view name, const Labels& labels) const {
  MutexLock lock(mutex_);
  const auto found = series_.find({std::string(name), labels});
  return found == series_.end() ? Series{} : found->second;
}

}  // namespace keysteward
