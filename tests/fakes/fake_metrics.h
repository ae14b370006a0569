// FakeMetrics: remembers values so that a test can ask for them. Thread-safe.
//
// A label set that differs from the one declared in metric_names.h aborts the test with the names:
// docs and dashboards are made from the declaration.
//
//   FakeMetrics metrics;
//   EXPECT_EQ(metrics.Value(kReconcileTotal, {{"controller", "a"}, {"result", "success"}}), 1);
#pragma once

#include <map>
#include <string>
#include <utility>

#include "common/mutex.h"
#include "observability/metrics.h"

namespace keysteward {

class FakeMetrics final : public Metrics {
 public:
  void Increment(const MetricSpec& metric, const Labels& labels, double by = 1) override;
  void Set(const MetricSpec& metric, const Labels& labels, double value) override;
  void Observe(const MetricSpec& metric, const Labels& labels, double seconds) override;
  void Remove(const MetricSpec& metric, const Labels& labels) override;
  // "name{label="value"} value" lines, sorted.
  std::string Render() const override;

  // Counter or gauge value, or the sum of a histogram; 0 when there is no such series.
  double Value(const MetricSpec& metric, const Labels& labels) const;
  // How many times Observe was called on that series.
  int Observations(const MetricSpec& metric, const Labels& labels) const;
  bool Has(const MetricSpec& metric, const Labels& labels) const;

 private:
  struct Series {
    double value = 0;
    int observations = 0;
  };
  using Key = std::pair<std::string, Labels>;

  static Key KeyOf(const MetricSpec& metric, const Labels& labels, MetricType type);
  Series Find(const MetricSpec& metric, const Labels& labels) const;

  mutable Mutex mutex_;
  std::map<Key, Series> series_ GUARDED_BY(mutex_);
};

}  // namespace keysteward
