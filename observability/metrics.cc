#include "observability/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "common/mutex.h"
#include "common/utf8.h"

namespace keysteward {
namespace {

constexpr size_t kMaxLabelBytes = 256;

const prometheus::Histogram::BucketBoundaries& Buckets() {
  static const prometheus::Histogram::BucketBoundaries kSeconds = {
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
      0.5,    1,       2.5,    5,     10,     30,    60,   120,   300,  600};
  return kSeconds;
}

// One byte that is not UTF-8 would make the scraper refuse every metric of the process.
Labels Cleaned(const Labels& labels) {
  Labels clean;
  for (const auto& [name, value] : labels) clean[name] = CleanUtf8(value, kMaxLabelBytes);
  return clean;
}

class PrometheusMetrics final : public Metrics {
 public:
  void Increment(const MetricSpec& metric, const Labels& labels, double by) override {
    MutexLock lock(mutex_);
    Series(counters_, prometheus::BuildCounter, metric, labels).Increment(by);
  }

  void Set(const MetricSpec& metric, const Labels& labels, double value) override {
    MutexLock lock(mutex_);
    Series(gauges_, prometheus::BuildGauge, metric, labels).Set(value);
  }

  void Observe(const MetricSpec& metric, const Labels& labels, double seconds) override {
    MutexLock lock(mutex_);
    Series(histograms_, prometheus::BuildHistogram, metric, labels, Buckets()).Observe(seconds);
  }

  void Remove(const MetricSpec& metric, const Labels& labels) override {
    MutexLock lock(mutex_);
    RemoveFrom(counters_, metric, labels);
    RemoveFrom(gauges_, metric, labels);
    RemoveFrom(histograms_, metric, labels, Buckets());
  }

  std::string Render() const override {
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

 private:
  template <typename T>
  using Families = std::map<std::string_view, prometheus::Family<T>*>;

  // The family is registered when its first series is; a name has one type, so a spec used with the
  // wrong verb would throw inside the library: the test of metric_names.h rules that out.
  template <typename T, typename Builder, typename... Args>
  T& Series(Families<T>& families, Builder build, const MetricSpec& metric, const Labels& labels,
            const Args&... args) REQUIRES(mutex_) {
    prometheus::Family<T>*& family = families[metric.name];
    if (family == nullptr) {
      family = &build()
                    .Name(std::string(metric.name))
                    .Help(std::string(metric.help))
                    .Register(registry_);
    }
    return family->Add(Cleaned(labels), args...);
  }

  template <typename T, typename... Args>
  void RemoveFrom(Families<T>& families, const MetricSpec& metric, const Labels& labels,
                  const Args&... args) REQUIRES(mutex_) {
    const auto found = families.find(metric.name);
    if (found == families.end()) return;
    prometheus::Family<T>& family = *found->second;
    const Labels clean = Cleaned(labels);
    if (family.Has(clean)) family.Remove(&family.Add(clean, args...));
  }

  prometheus::Registry registry_;  // locks itself
  // Held over each update, because Remove frees the series that a concurrent update would touch.
  Mutex mutex_;
  Families<prometheus::Counter> counters_ GUARDED_BY(mutex_);
  Families<prometheus::Gauge> gauges_ GUARDED_BY(mutex_);
  Families<prometheus::Histogram> histograms_ GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Metrics> MakeMetrics() { return std::make_unique<PrometheusMetrics>(); }

}  // namespace keysteward
