// Metrics: counters, gauges and histograms with labels, rendered as Prometheus text.
//
// Every name lives in metric_names.h and docs/metrics.md. Thread-safe; an update costs under a
// microsecond. Label values come from closed sets or object names, never from user text of other
// kinds.
//
//   metrics.Increment(kReconcileTotal, {{"controller", "managedcredential"}, {"result",
//   "success"}});
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace keysteward {

using Labels = std::map<std::string, std::string>;

enum class MetricType { kCounter, kGauge, kHistogram };

// A metric as declared in metric_names.h.
struct MetricSpec {
  std::string_view name;  // unit in the name, _total on counters
  MetricType type;
  std::string_view help;
  std::string_view labels = "";  // names, separated by commas, in the order of the docs
};

class Metrics {
 public:
  virtual ~Metrics() = default;

  virtual void Increment(const MetricSpec& metric, const Labels& labels, double by = 1) = 0;
  virtual void Set(const MetricSpec& metric, const Labels& labels, double value) = 0;
  // Histograms of seconds, buckets 100 µs … 10 min.
  virtual void Observe(const MetricSpec& metric, const Labels& labels, double seconds) = 0;
  // Forgets one series, when its object is gone; nothing happens when there is none.
  virtual void Remove(const MetricSpec& metric, const Labels& labels) = 0;

  // Text exposition format 0.0.4.
  virtual std::string Render() const = 0;
};

std::unique_ptr<Metrics> MakeMetrics();

}  // namespace keysteward
