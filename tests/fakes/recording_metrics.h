// RecordingMetrics: keeps every value so that a test can ask for one series. Thread-safe.
//
//   EXPECT_EQ(metrics.Value("workqueue_depth", {{"name", "secret"}}), 3);
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "common/mutex.h"
#include "observability/metrics.h"

namespace keysteward {

class RecordingMetrics final : public Metrics {
 public:
  void Increment(const MetricSpec& metric, const Labels& labels, double by) override;
  void Set(const MetricSpec& metric, const Labels& labels, double value) override;
  // The value of a histogram is the sum; its count is asked by Count().
  void Observe(const MetricSpec& metric, const Labels& labels, double seconds) override;
  void Remove(const MetricSpec& metric, const Labels& labels) override;
  std::string Render() const override { return ""; }

  // Counter, gauge or sum of seconds; 0 when never touched.
  double Value(std::string_view name, const Labels& labels) const;
  // How often the series was touched.
  int Count(std::string_view name, const Labels& labels) const;

 private:
  struct Series {
    double value = 0;
    int count = 0;
  };
  using Id = std::pair<std::string, Labels>;

  Series Find(std::string_view name, const Labels& labels) const;

  mutable Mutex mutex_;
  std::map<Id, Series> series_ GUARDED_BY(mutex_);
};

}  // namespace keysteward
