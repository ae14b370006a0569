#include "observability/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "observability/metric_names.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Labels kStripe = {{"namespace", "payments"}, {"name", "stripe"}};

TEST(Metrics, RenderTheTextExpositionFormat) {
  const auto metrics = MakeMetrics();
  metrics->Increment(kReconcileTotal, {{"controller", "a"}, {"result", "success"}});
  metrics->Increment(kReconcileTotal, {{"controller", "a"}, {"result", "success"}}, 2);
  metrics->Set(kCredentialExpiry, kStripe, 1798761600);
  const std::string text = metrics->Render();
  EXPECT_THAT(text, HasSubstr("# HELP controller_runtime_reconcile_total Reconciliations by "));
  EXPECT_THAT(text, HasSubstr("# TYPE controller_runtime_reconcile_total counter\n"));
  EXPECT_THAT(text, HasSubstr("controller_runtime_reconcile_total{controller=\"a\",result="
                              "\"success\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("keysteward_credential_expiry_timestamp_seconds{name=\"stripe\","
                              "namespace=\"payments\"} 1798761600\n"));
}

TEST(Metrics, NothingIsRenderedBeforeTheFirstUpdate) { EXPECT_EQ(MakeMetrics()->Render(), ""); }

TEST(Metrics, HistogramsCountFromATenthOfAMillisecondToTenMinutes) {
  const auto metrics = MakeMetrics();
  metrics->Observe(kWebhookLatency, {{"webhook", "/validate"}}, 0.00005);
  metrics->Observe(kWebhookLatency, {{"webhook", "/validate"}}, 601);
  const std::string text = metrics->Render();
  EXPECT_THAT(text, HasSubstr("_bucket{webhook=\"/validate\",le=\"0.0001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{webhook=\"/validate\",le=\"600\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{webhook=\"/validate\",le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("controller_runtime_webhook_latency_seconds_count{webhook="
                              "\"/validate\"} 2\n"));
}

TEST(Metrics, ARemovedSeriesIsGoneAndTheOthersStay) {
  const auto metrics = MakeMetrics();
  metrics->Set(kCredentialExpiry, kStripe, 1);
  metrics->Set(kCredentialExpiry, {{"namespace", "payments"}, {"name", "other"}}, 2);
  metrics->Observe(kReconcileTime, {{"controller", "a"}}, 1);
  metrics->Remove(kCredentialExpiry, kStripe);
  metrics->Remove(kCredentialExpiry, kStripe);
  metrics->Remove(kReconcileTime, {{"controller", "a"}});
  metrics->Remove(kReconcileTotal, {{"controller", "a"}, {"result", "x"}});
  const std::string text = metrics->Render();
  EXPECT_THAT(text, Not(HasSubstr("stripe")));
  EXPECT_THAT(text, HasSubstr("other"));
  EXPECT_THAT(text, Not(HasSubstr("controller=\"a\"")));
}

TEST(Metrics, ASeriesStartsAgainAtZeroAfterItsRemoval) {
  const auto metrics = MakeMetrics();
  metrics->Increment(kFindings, {{"rule", "stripe"}}, 7);
  metrics->Remove(kFindings, {{"rule", "stripe"}});
  metrics->Increment(kFindings, {{"rule", "stripe"}});
  EXPECT_THAT(metrics->Render(), HasSubstr("keysteward_findings_total{rule=\"stripe\"} 1\n"));
}

TEST(Metrics, HostileLabelValuesCannotBreakTheScrape) {
  const auto metrics = MakeMetrics();
  metrics->Increment(kFindings, {{"rule", "a\"\n} 9\nfake_metric 1"}});
  metrics->Increment(kFindings, {{"rule", "bad\xff utf8"}});
  metrics->Increment(kFindings, {{"rule", std::string(1 << 20, 'x')}});
  const std::string text = metrics->Render();
  EXPECT_THAT(text, HasSubstr("{rule=\"a\\\"\\n} 9\\nfake_metric 1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("{rule=\"bad\xef\xbf\xbd utf8\"} 1\n"));
  EXPECT_LT(text.size(), 1000U);
}

TEST(Metrics, ACounterNeverFalls) {
  const auto metrics = MakeMetrics();
  metrics->Increment(kFindings, {{"rule", "stripe"}}, 3);
  metrics->Increment(kFindings, {{"rule", "stripe"}}, -2);
  EXPECT_THAT(metrics->Render(), HasSubstr("{rule=\"stripe\"} 3\n"));
}

TEST(Metrics, ThreadsMayUpdateRemoveAndRenderAtOnce) {
  const auto metrics = MakeMetrics();
  std::vector<std::jthread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&metrics] {
      for (int i = 0; i < 300; ++i) {
        metrics->Increment(kFindings, {{"rule", "shared"}});
        metrics->Set(kCredentialExpiry, kStripe, i);
        metrics->Remove(kCredentialExpiry, kStripe);
        metrics->Observe(kReconcileTime, {{"controller", "a"}}, 0.1);
        EXPECT_TRUE(i % 50 != 0 || !metrics->Render().empty());
      }
    });
  }
  threads.clear();
  EXPECT_THAT(metrics->Render(), HasSubstr("keysteward_findings_total{rule=\"shared\"} 900\n"));
}

TEST(FakeMetrics, RememberValuesAndObservations) {
  FakeMetrics metrics;
  metrics.Increment(kFindings, {{"rule", "a"}});
  metrics.Observe(kReconcileTime, {{"controller", "a"}}, 2);
  metrics.Observe(kReconcileTime, {{"controller", "a"}}, 3);
  EXPECT_EQ(metrics.Value(kFindings, {{"rule", "a"}}), 1);
  EXPECT_EQ(metrics.Value(kReconcileTime, {{"controller", "a"}}), 5);
  EXPECT_EQ(metrics.Observations(kReconcileTime, {{"controller", "a"}}), 2);
  EXPECT_THAT(metrics.Render(), HasSubstr("keysteward_findings_total{rule=\"a\",} 1\n"));
  metrics.Remove(kFindings, {{"rule", "a"}});
  EXPECT_FALSE(metrics.Has(kFindings, {{"rule", "a"}}));
}

using FakeMetricsDeathTest = testing::Test;

TEST(FakeMetricsDeathTest, RefuseUndeclaredLabelsAndTypes) {
  FakeMetrics metrics;
  EXPECT_DEATH(metrics.Increment(kFindings, {{"rules", "a"}}), "labels differ from those declared");
  EXPECT_DEATH(metrics.Set(kFindings, {{"rule", "a"}}, 1), "used as another type");
}

}  // namespace
}  // namespace keysteward
