#include "tests/fakes/fake_metrics.h"

#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>

#include "common/strings.h"

namespace keysteward {
namespace {

void RequireDeclared(const MetricSpec& metric, const Labels& labels) {
  std::set<std::string_view> declared;
  if (!metric.labels.empty()) {
    for (const std::string_view name : Split(metric.labels, ',')) declared.insert(name);
  }
  std::set<std::string_view> given;
  for (const auto& [name, value] : labels) given.insert(name);
  if (given == declared) return;
  std::fprintf(stderr, "metric %s: labels differ from those declared (%s)\n",
               std::string(metric.name).c_str(), std::string(metric.labels).c_str());
  std::abort();
}

}  // namespace

FakeMetrics::Key FakeMetrics::KeyOf(const MetricSpec& metric, const Labels& labels,
                                    MetricType type) {
  RequireDeclared(metric, labels);
  if (metric.type != type) {
    std::fprintf(stderr, "metric %s: used as another type\n", std::string(metric.name).c_str());
    std::abort();
  }
  return {std::string(metric.name), labels};
}

void FakeMetrics::Increment(const MetricSpec& metric, const Labels& labels, double by) {
  MutexLock lock(mutex_);
  series_[KeyOf(metric, labels, MetricType::kCounter)].value += by;
}

void FakeMetrics::Set(const MetricSpec& metric, const Labels& labels, double value) {
  MutexLock lock(mutex_);
  series_[KeyOf(metric, labels, MetricType::kGauge)].value = value;
}

void FakeMetrics::Observe(const MetricSpec& metric, const Labels& labels, double seconds) {
  MutexLock lock(mutex_);
  Series& series = series_[KeyOf(metric, labels, MetricType::kHistogram)];
  series.value += seconds;
  ++series.observations;
}

void FakeMetrics::Remove(const MetricSpec& metric, const Labels& labels) {
  MutexLock lock(mutex_);
  series_.erase(KeyOf(metric, labels, metric.type));
}

std::string FakeMetrics::Render() const {
  MutexLock lock(mutex_);
  std::ostringstream text;
  for (const auto& [key, series] : series_) {
    text << key.first << "{";
    for (const auto& [name, value] : key.second) text << name << "=\"" << value << "\",";
    text << "} " << series.value << "\n";
  }
  return text.str();
}

FakeMetrics::Series FakeMetrics::Find(const MetricSpec& metric, const Labels& labels) const {
  RequireDeclared(metric, labels);
  MutexLock lock(mutex_);
  const auto found = series_.find({std::string(metric.name), labels});
  return found == series_.end() ? Series{} : found->second;
}

double FakeMetrics::Value(const MetricSpec& metric, const Labels& labels) const {
  return Find(metric, labels).value;
}

int FakeMetrics::Observations(const MetricSpec& metric, const Labels& labels) const {
  return Find(metric, labels).observations;
}

bool FakeMetrics::Has(const MetricSpec& metric, const Labels& labels) const {
  RequireDeclared(metric, labels);
  MutexLock lock(mutex_);
  return series_.contains({std::string(metric.name), labels});
}

}  // namespace keysteward
