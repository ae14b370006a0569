// The parts of an informer that do not depend on the type of its objects.
#include "kube/cache/informer_base.h"

#include <gtest/gtest.h>

#include <future>

#include "tests/kube/cache/informer_fixture.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;
using api::core::Secret;
using nlohmann::json;

TEST_F(InformerTest, IsNamedAsTheServerNamesItsResource) {
  EXPECT_EQ(Informer<Secret>(runtime_).name(), "secrets");
  InformerOptions options;
  options.resource = Resource{"apps", "v1", "deployments", "Deployment"};
  EXPECT_EQ(Informer<api::core::PartialObjectMetadata>(runtime_, options).name(),
            "deployments.apps");
}

TEST_F(InformerTest, OnceSyncedNobodyWaitsWhateverTheDeadline) {
  Informer<Secret> informer(runtime_);
  EXPECT_FALSE(informer.HasSynced());
  StartAndSync(informer);
  EXPECT_TRUE(informer.WaitForSync({}, clock_.MonoNow() - 1h));
  informer.Stop();
  EXPECT_TRUE(informer.HasSynced()) << "the objects stay readable";
}

TEST_F(InformerTest, ASyncedWaiterIsWokenByTheFirstListing) {
  Informer<Secret> informer(runtime_);
  auto waiting = std::async(std::launch::async,
                            [&] { return informer.WaitForSync({}, MonoTime::max()).has_value(); });
  StartAndSync(informer);
  EXPECT_TRUE(waiting.get());
}

TEST_F(InformerTest, OneThatWasNeverStartedStopsAtOnce) {
  Informer<Secret> informer(runtime_);
  informer.Stop();
  EXPECT_FALSE(informer.HasSynced());
}

TEST_F(InformerTest, WaitForSyncNamesTheResourceAndTheLastErrorAtItsDeadline) {
  for (int i = 0; i < 1000; ++i) server_.FailNextList(Error::PermissionDenied("forbidden"));
  Informer<Secret> informer(runtime_);
  informer.Start();
  ASSERT_TRUE(Eventually([&] { return log_.Contains("informer lists and watches again"); }));
  const auto synced = informer.WaitForSync({}, clock_.MonoNow());
  ASSERT_FALSE(synced);
  EXPECT_EQ(synced.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(synced.error().message,
            "secrets could not be listed in time: PermissionDenied: forbidden");
}

TEST_F(InformerTest, WaitForSyncEndsWhenStopFires) {
  Informer<Secret> informer(runtime_);
  std::stop_source stop;
  stop.request_stop();
  const auto synced = informer.WaitForSync(stop.get_token(), clock_.MonoNow() + 1h);
  ASSERT_FALSE(synced);
  EXPECT_EQ(synced.error().ToString(), "Cancelled: stopped before secrets were listed");
}

TEST_F(InformerTest, StopEndsTheWatchAndLeavesTheObjectsReadable) {
  server_.Put(SecretJson("a"));
  Informer<Secret> informer(runtime_);
  StartAndSync(informer);
  informer.Stop();
  informer.Stop();
  EXPECT_NE(informer.lister().Get({"payments", "a"}), nullptr);
}

TEST(KeyOf, IsEmptyWhereAnObjectHasNoName) {
  EXPECT_EQ(KeyOf(json::array()), api::ObjectKey{});
  EXPECT_EQ(KeyOf({{"metadata", 3}}), api::ObjectKey{});
  EXPECT_EQ(KeyOf({{"metadata", {{"name", 3}}}}), api::ObjectKey{});
  EXPECT_EQ(KeyOf(SecretJson("a")), (api::ObjectKey{"payments", "a"}));
}

}  // namespace
}  // namespace keysteward::kube
