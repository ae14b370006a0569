#include "kube/program/metrics_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "observability/metric_names.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/fakes/scripted_client.h"

namespace keysteward::kube {
namespace {

using testing::HasSubstr;

class MetricsServerTest : public testing::Test {
 protected:
  http::HttpReply Get(const std::string& path) {
    const auto server = MetricsServer::Create({"127.0.0.1", 0}, ready, runtime);
    EXPECT_TRUE(server) << server.error().ToString();
    EXPECT_NE((*server)->port(), 0);
    return (*server)->Serve({.method = "GET", .path = path});
  }

  FakeClock clock;
  FakeRandom random;
  FakeLogger log;
  FakeMetrics metrics;
  ScriptedClient client;
  const Runtime runtime{client, clock, random, log, metrics};
  HealthChecks ready;
};

TEST_F(MetricsServerTest, TellsTheMetricsOfTheProgramAndOfTheProcess) {
  metrics.Increment(kWorkloadRestarts, {{"kind", "Deployment"}});
  const http::HttpReply reply = Get("/metrics");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(http::FindHeader(reply.headers, "Content-Type"),
            "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(reply.body, HasSubstr(std::string(kWorkloadRestarts.name)));
  EXPECT_THAT(reply.body, HasSubstr("process_resident_memory_bytes"));
}

TEST_F(MetricsServerTest, IsAliveWhileItAnswersWhateverTheChecksSay) {
  ready.Add("informers", [] { return Error::Unavailable("not synced"); });
  EXPECT_EQ(Get("/healthz").status, 200);
}

TEST_F(MetricsServerTest, IsReadyOnlyWhenEveryCheckPasses) {
  EXPECT_EQ(Get("/readyz").status, 200);
  ready.Add("informers", [] { return Error::Unavailable("not synced"); });
  const http::HttpReply reply = Get("/readyz");
  EXPECT_EQ(reply.status, 500);
  EXPECT_THAT(reply.body, HasSubstr("[-]informers failed: not synced"));
}

TEST_F(MetricsServerTest, ACheckMayBeAddedLater) {
  const auto server = MetricsServer::Create({"127.0.0.1", 0}, ready, runtime);
  ASSERT_TRUE(server) << server.error().ToString();
  EXPECT_EQ((*server)->Serve({.method = "GET", .path = "/readyz"}).status, 200);
  bool synced = false;
  ready.Add("informers", [&synced]() -> Result<void> {
    if (synced) return {};
    return Error::Unavailable("not synced");
  });
  EXPECT_EQ((*server)->Serve({.method = "GET", .path = "/readyz"}).status, 500);
  synced = true;
  EXPECT_EQ((*server)->Serve({.method = "GET", .path = "/readyz"}).status, 200);
}

TEST_F(MetricsServerTest, KnowsNoOtherPath) {
  for (const char* path : {"/debug", "/", "", "/metrics/", "/readyz/informers", "/Metrics"}) {
    EXPECT_EQ(Get(path).status, 404) << path;
  }
}

TEST_F(MetricsServerTest, ThreadsMayAskAtOnce) {
  const auto server = MetricsServer::Create({"127.0.0.1", 0}, ready, runtime);
  ASSERT_TRUE(server) << server.error().ToString();
  std::atomic<int> good = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (const char* path : {"/metrics", "/healthz", "/readyz"}) {
        good += (*server)->Serve({.method = "GET", .path = path}).status == 200 ? 1 : 0;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, 12);
}

TEST_F(MetricsServerTest, RunsUntilItIsStopped) {
  const auto server = MetricsServer::Create({"127.0.0.1", 0}, ready, runtime);
  ASSERT_TRUE(server) << server.error().ToString();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE((*server)->Run(stop.get_token()));
}

TEST_F(MetricsServerTest, APortThatIsTakenIsAnError) {
  const auto first = MetricsServer::Create({"127.0.0.1", 0}, ready, runtime);
  ASSERT_TRUE(first);
  EXPECT_FALSE(MetricsServer::Create({"127.0.0.1", (*first)->port()}, ready, runtime));
}

}  // namespace
}  // namespace keysteward::kube
