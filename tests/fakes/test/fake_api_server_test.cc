#include "tests/fakes/fake_api_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

constexpr Resource kSecrets{"", "v1", "secrets", "Secret"};
constexpr Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
constexpr Resource kReviews{"authorization.k8s.io", "v1", "subjectaccessreviews",
                            "SubjectAccessReview", false};

json Secret(const std::string& name, const std::string& ns = "default") {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", {{"name", name}, {"namespace", ns}}},
          {"data", {{"key", "YQ=="}}}};
}

class FakeApiServerTest : public testing::Test {
 protected:
  FakeClock clock_;
  FakeRandom random_;
  FakeApiServer server_{clock_, random_};
};

TEST_F(FakeApiServerTest, AFaultBeforeTheEffectLeavesNothingBehind) {
  server_.FailNext("create", "secrets", Error::Unavailable("refused"), CallPhase::kBefore);
  const auto created = server_.Create(kSecrets, Secret("a"), {}, {});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().ToString(), "Unavailable: refused");
  EXPECT_EQ(server_.Get(kSecrets, {"default", "a"}, {}).error().message, "secrets \"a\" not found");
}

TEST_F(FakeApiServerTest, AFaultAfterTheEffectIsALostReply) {
  server_.FailNext("create", "", Error::UnknownOutcome("reset"), CallPhase::kAfter);
  EXPECT_EQ(server_.Create(kSecrets, Secret("a"), {}, {}).error().code, ErrorCode::kUnknownOutcome);
  EXPECT_TRUE(server_.Get(kSecrets, {"default", "a"}, {}));
}

TEST_F(FakeApiServerTest, AFaultHitsOneCallOfItsVerbAndResource) {
  server_.FailNext("get", "configmaps", Error::Unavailable("no"), CallPhase::kBefore);
  ASSERT_TRUE(server_.Create(kSecrets, Secret("a"), {}, {}));
  EXPECT_TRUE(server_.Get(kSecrets, {"default", "a"}, {}));
}

TEST_F(FakeApiServerTest, TheObserverSeesBothPhasesAndMayCallTheServer) {
  int before = 0;
  int after = 0;
  server_.OnCall([&](const CallRecord& call, CallPhase phase) -> Result<void> {
    if (call.verb != "create") return {};
    (phase == CallPhase::kBefore ? before : after)++;
    const bool there = server_.Get(kSecrets, {"default", "a"}, {}).has_value();
    EXPECT_EQ(there, phase == CallPhase::kAfter);
    return {};
  });
  ASSERT_TRUE(server_.Create(kSecrets, Secret("a"), {}, {}));
  EXPECT_EQ(before, 1);
  EXPECT_EQ(after, 1);
}

TEST_F(FakeApiServerTest, TheCallLogTellsVerbResourceAndKey) {
  ASSERT_TRUE(server_.Create(kSecrets, Secret("a"), {}, {}));
  (void)server_.Get(kSecrets, {"default", "a"}, {});
  ASSERT_EQ(server_.Calls().size(), 2u);
  EXPECT_EQ(server_.Calls()[0].verb, "create");
  EXPECT_TRUE(server_.Calls()[0].mutates());
  EXPECT_EQ(server_.Calls()[1].key.ToString(), "default/a");
  EXPECT_EQ(server_.CallCount("get", "secrets"), 1u);
  server_.ForgetCalls();
  EXPECT_EQ(server_.CallCount("", ""), 0u);
}

TEST_F(FakeApiServerTest, HistoryIsKeptAcrossCompactionForInvariants) {
  const int64_t start = server_.revision();
  ASSERT_TRUE(server_.Create(kSecrets, Secret("a"), {}, {}));
  ASSERT_TRUE(server_.Delete(kSecrets, {"default", "a"}, {}, {}));
  server_.Compact();
  const std::vector<StoredEvent> events = server_.EventsAfter(start);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].type, EventType::kAdded);
  EXPECT_EQ(events[1].type, EventType::kDeleted);
  EXPECT_EQ(events[1].previous, events[0].object);
}

TEST_F(FakeApiServerTest, CompactionExpiresOldWatches) {
  WatchOptions options{.resource_version = std::to_string(server_.revision())};
  ASSERT_TRUE(server_.Create(kSecrets, Secret("a"), {}, {}));
  server_.Compact();
  const auto ended =
      server_.Watch(kSecrets, options, [](EventType, json) { return Result<void>(); }, {});
  EXPECT_EQ(ended.error().code, ErrorCode::kExpired);
  EXPECT_EQ(server_.open_watches(), 0u);
}

TEST_F(FakeApiServerTest, AListIsOneMomentWhateverHappensBetweenPages) {
  for (const char* name : {"a", "b", "c"})
    ASSERT_TRUE(server_.Create(kSecrets, Secret(name), {}, {}));
  const std::string version = std::to_string(server_.revision());
  int pages = 0;
  server_.OnCall([&](const CallRecord& call, CallPhase phase) -> Result<void> {
    if (call.verb != "list" || phase != CallPhase::kBefore || ++pages != 2) return {};
    (void)server_.Delete(kSecrets, {"default", "c"}, {}, {});
    return {};
  });
  const auto list = server_.List(kSecrets, {.limit = 1}, {});
  ASSERT_TRUE(list);
  EXPECT_EQ(list->items.size(), 3u);
  EXPECT_EQ(list->resource_version, version);
  EXPECT_EQ(pages, 3);
}

TEST_F(FakeApiServerTest, AnExpiredContinueTokenStartsTheListOverOnce) {
  for (const char* name : {"a", "b"}) ASSERT_TRUE(server_.Create(kSecrets, Secret(name), {}, {}));
  int pages = 0;
  server_.OnCall([&](const CallRecord& call, CallPhase phase) -> Result<void> {
    if (call.verb != "list" || phase != CallPhase::kBefore || ++pages != 2) return {};
    (void)server_.Delete(kSecrets, {"default", "b"}, {}, {});
    server_.Compact();
    return {};
  });
  const auto list = server_.List(kSecrets, {.limit = 1}, {});
  ASSERT_TRUE(list);
  EXPECT_EQ(list->items.size(), 1u);
}

TEST_F(FakeApiServerTest, BrokenWatchesEndWithTheGivenError) {
  WatchOptions options{.resource_version = std::to_string(server_.revision())};
  Result<void> ended;
  std::jthread watch([&] {
    ended = server_.Watch(kSecrets, options, [](EventType, json) { return Result<void>(); }, {});
  });
  while (server_.open_watches() == 0) std::this_thread::yield();
  server_.BreakWatches(Error::Unavailable("connection reset"));
  watch.join();
  EXPECT_EQ(ended.error().ToString(), "Unavailable: connection reset");
}

TEST_F(FakeApiServerTest, AWatchEndsInOrderWhenTheServersTimeIsOver) {
  WatchOptions options{.resource_version = std::to_string(server_.revision())};
  Result<void> ended = Error::Internal("not ended");
  std::jthread watch([&] {
    ended = server_.Watch(kSecrets, options, [](EventType, json) { return Result<void>(); }, {});
  });
  while (server_.open_watches() == 0) std::this_thread::yield();
  clock_.Advance(std::chrono::minutes(5));
  watch.join();
  EXPECT_TRUE(ended);
}

TEST_F(FakeApiServerTest, AStoppedWatchIsCancelled) {
  WatchOptions options{.resource_version = std::to_string(server_.revision())};
  Result<void> ended;
  std::jthread watch([&](std::stop_token stop) {
    ended = server_.Watch(
        kSecrets, options, [](EventType, json) { return Result<void>(); }, stop);
  });
  while (server_.open_watches() == 0) std::this_thread::yield();
  watch.request_stop();
  watch.join();
  EXPECT_EQ(ended.error().code, ErrorCode::kCancelled);
}

TEST_F(FakeApiServerTest, BookmarksAreSentOnDemand) {
  WatchOptions options{.resource_version = std::to_string(server_.revision())};
  std::atomic<int> bookmarks = 0;
  std::jthread watch([&](std::stop_token stop) {
    (void)server_.Watch(
        kSecrets, options,
        [&](EventType type, json object) -> Result<void> {
          EXPECT_EQ(type, EventType::kBookmark);
          EXPECT_EQ(object["metadata"]["resourceVersion"], options.resource_version);
          ++bookmarks;
          return {};
        },
        stop);
  });
  while (server_.open_watches() == 0) std::this_thread::yield();
  server_.SendBookmarks();
  while (bookmarks == 0) std::this_thread::yield();
}

TEST_F(FakeApiServerTest, ReviewsAreAnsweredByTheTest) {
  server_.RespondToCreate(kReviews, [](const json& review) -> Result<json> {
    json answer = review;
    answer["status"]["allowed"] = review["spec"]["user"] == "alice";
    return answer;
  });
  const auto answer = server_.Create(kReviews, {{"spec", {{"user", "alice"}}}}, {}, {});
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)["status"]["allowed"], true);
  EXPECT_EQ(server_.CallCount("create", "subjectaccessreviews.authorization.k8s.io"), 1u);
}

TEST_F(FakeApiServerTest, WithoutAutomaticCollectionGarbageStays) {
  FakeApiServer server(clock_, random_, {.automatic_garbage_collection = false});
  const auto owner = server.Create(kSecrets, Secret("owner"), {}, {});
  json dependent = Secret("dependent");
  dependent["metadata"]["ownerReferences"] = {{{"apiVersion", "v1"},
                                               {"kind", "Secret"},
                                               {"name", "owner"},
                                               {"uid", (*owner)["metadata"]["uid"]}}};
  ASSERT_TRUE(server.Create(kSecrets, dependent, {}, {}));
  ASSERT_TRUE(server.Delete(kSecrets, {"default", "owner"}, {}, {}));
  EXPECT_TRUE(server.Get(kSecrets, {"default", "dependent"}, {}));
  EXPECT_EQ(server.CollectGarbage(), 1u);
  EXPECT_FALSE(server.Get(kSecrets, {"default", "dependent"}, {}));
}

TEST_F(FakeApiServerTest, ANamespaceIsEmptiedBeforeItGoes) {
  FakeApiServer server(clock_, random_, {.automatic_garbage_collection = false});
  ASSERT_TRUE(server.Create(
      kNamespaces, {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "pay"}}}},
      {}, {}));
  ASSERT_TRUE(server.Create(kSecrets, Secret("a", "pay"), {}, {}));
  ASSERT_TRUE(server.Delete(kNamespaces, {"", "pay"}, {}, {}));
  EXPECT_EQ((*server.Get(kNamespaces, {"", "pay"}, {}))["status"]["phase"], "Terminating");
  EXPECT_EQ(server.Create(kSecrets, Secret("b", "pay"), {}, {}).error().code,
            ErrorCode::kPermissionDenied);
  EXPECT_GT(server.CollectGarbage(), 0u);
  EXPECT_FALSE(server.Get(kNamespaces, {"", "pay"}, {}));
  EXPECT_FALSE(server.Get(kSecrets, {"pay", "a"}, {}));
}

TEST_F(FakeApiServerTest, ParallelWritersLoseNoUpdate) {
  ASSERT_TRUE(server_.Create(kSecrets, Secret("a"), {}, {}));
  const auto add = [&] {
    for (int done = 0; done < 50;) {
      json secret = *server_.Get(kSecrets, {"default", "a"}, {});
      json& count = secret["metadata"]["annotations"]["count"];
      count = std::to_string(count.is_null() ? 1 : std::stoi(count.get<std::string>()) + 1);
      const auto updated = server_.Update(kSecrets, secret, {}, {});
      if (updated) ++done;
      if (!updated) {
        EXPECT_EQ(updated.error().code, ErrorCode::kConflict);
      }
    }
  };
  {
    std::jthread one(add);
    std::jthread two(add);
  }
  EXPECT_EQ((*server_.Get(kSecrets, {"default", "a"}, {}))["metadata"]["annotations"]["count"],
            "100");
}

TEST_F(FakeApiServerTest, RunsRepeatWithTheSameSeed) {
  FakeRandom other_random;
  FakeApiServer other(clock_, other_random);
  EXPECT_EQ(*server_.Create(kSecrets, Secret("a"), {}, {}),
            *other.Create(kSecrets, Secret("a"), {}, {}));
}

}  // namespace
}  // namespace keysteward::kube
