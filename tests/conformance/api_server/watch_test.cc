// Watch: order, selectors, versions, ends.
#include <thread>

#include "tests/conformance/api_server/server_under_test.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

struct Seen {
  EventType type;
  json object;
};

class WatchCase : public ApiServerCase {
 protected:
  std::string VersionNow() {
    const auto list = client().List(kSecrets, {.namespace_name = ns()}, {});
    EXPECT_TRUE(list);
    return list ? list->resource_version : "";
  }

  // Events after that version, until there are `count` of them; bookmarks are left out.
  std::vector<Seen> Watch(WatchOptions options, size_t count) {
    options.namespace_name = ns();
    std::vector<Seen> seen;
    const auto ended = client().Watch(kSecrets, options,
                                      [&](EventType type, json object) -> Result<void> {
                                        if (type != EventType::kBookmark)
                                          seen.push_back({type, std::move(object)});
                                        if (seen.size() < count) return {};
                                        return Error::FailedPrecondition("enough");
                                      },
                                      {});
    EXPECT_EQ(ended ? "ended in order" : ended.error().ToString(), "FailedPrecondition: enough");
    return seen;
  }
};
KS_FOR_BOTH_SERVERS(WatchCase);

TEST_P(WatchCase, EveryChangeIsTheEventOfItsVersion) {
  const std::string from = VersionNow();
  const json created = MustCreate(kSecrets, Secret("a"));
  json changed = created;
  changed["data"]["a"] = "Yg==";
  changed = *client().Update(kSecrets, changed, {}, {});
  ASSERT_TRUE(client().Delete(kSecrets, Key("a"), {}, {}));
  const std::vector<Seen> seen = Watch({.resource_version = from}, 3);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].type, EventType::kAdded);
  EXPECT_EQ(seen[0].object, created);
  EXPECT_EQ(seen[1].type, EventType::kModified);
  EXPECT_EQ(seen[1].object, changed);
  EXPECT_EQ(seen[2].type, EventType::kDeleted);
  EXPECT_EQ(seen[2].object["data"]["a"], "Yg==");
  EXPECT_EQ(UidOf(seen[2].object), UidOf(created));
  EXPECT_GT(std::stoll(VersionOf(seen[2].object)), std::stoll(VersionOf(changed)));
}

TEST_P(WatchCase, AWatchGoesOnAfterAnEventsVersion) {
  const json first = MustCreate(kSecrets, Secret("a"));
  MustCreate(kSecrets, Secret("b"));
  const std::vector<Seen> seen = Watch({.resource_version = VersionOf(first)}, 1);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].object["metadata"]["name"], "b");
}

TEST_P(WatchCase, EventsComeWhileItIsOpen) {
  const std::string from = VersionNow();
  std::jthread writer([&] {
    for (const char* name : {"a", "b", "c"}) MustCreate(kSecrets, Secret(name));
  });
  const std::vector<Seen> seen = Watch({.resource_version = from}, 3);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[2].object["metadata"]["name"], "c");
}

TEST_P(WatchCase, ObjectsEnterAndLeaveASelector) {
  const std::string from = VersionNow();
  json secret = MustCreate(kSecrets, Secret("a"));
  secret["metadata"]["labels"]["watched"] = "yes";
  secret = *client().Update(kSecrets, secret, {}, {});
  secret["data"]["a"] = "Yg==";
  secret = *client().Update(kSecrets, secret, {}, {});
  secret["metadata"]["labels"].erase("watched");
  secret = *client().Update(kSecrets, secret, {}, {});
  const std::vector<Seen> seen =
      Watch({.label_selector = "watched=yes", .resource_version = from}, 3);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].type, EventType::kAdded);
  EXPECT_EQ(seen[1].type, EventType::kModified);
  EXPECT_EQ(seen[2].type, EventType::kDeleted);
  EXPECT_EQ(VersionOf(seen[2].object), VersionOf(secret));
  EXPECT_EQ(seen[2].object["metadata"]["labels"]["watched"], "yes");
}

TEST_P(WatchCase, AFieldSelectorNarrowsTheWatch) {
  const std::string from = VersionNow();
  MustCreate(kSecrets, Secret("a"));
  MustCreate(kSecrets, Secret("b"));
  const std::vector<Seen> seen =
      Watch({.field_selector = "metadata.name=b", .resource_version = from}, 1);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].object["metadata"]["name"], "b");
}

TEST_P(WatchCase, AFinalizerShowsAsModifiedThenDeleted) {
  json secret = Secret("a");
  secret["metadata"]["finalizers"] = {"keysteward.dev/hold"};
  secret = MustCreate(kSecrets, secret);
  ASSERT_TRUE(client().Delete(kSecrets, Key("a"), {}, {}));
  json held = MustGet(kSecrets, "a");
  held["metadata"].erase("finalizers");
  ASSERT_TRUE(client().Update(kSecrets, held, {}, {}));
  const std::vector<Seen> seen = Watch({.resource_version = VersionOf(secret)}, 2);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].type, EventType::kModified);
  EXPECT_TRUE(seen[0].object["metadata"].contains("deletionTimestamp"));
  EXPECT_EQ(seen[1].type, EventType::kDeleted);
  // The last write is not stored: the deletion shows the state before it.
  EXPECT_TRUE(seen[1].object["metadata"].contains("finalizers"));
}

TEST_P(WatchCase, MetadataOnlyLeavesTheContentOut) {
  const std::string from = VersionNow();
  const json created = MustCreate(kSecrets, Secret("a"));
  const std::vector<Seen> seen = Watch({.resource_version = from, .metadata_only = true}, 1);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].object["kind"], "PartialObjectMetadata");
  EXPECT_EQ(seen[0].object["metadata"], created["metadata"]);
  EXPECT_FALSE(seen[0].object.contains("data"));
}

TEST_P(WatchCase, TheServerEndsTheWatchInItsTime) {
  const auto ended = client().Watch(kSecrets,
                                    {.namespace_name = ns(),
                                     .resource_version = VersionNow(),
                                     .server_timeout = std::chrono::seconds(1)},
                                    [](EventType, const json&) { return Result<void>(); }, {});
  EXPECT_TRUE(ended) << ended.error().ToString();
}

TEST_P(WatchCase, AStopTokenCancelsIt) {
  std::stop_source stop;
  const std::string from = VersionNow();
  MustCreate(kSecrets, Secret("a"));
  const auto ended = client().Watch(
      kSecrets, {.namespace_name = ns(), .resource_version = from},
      [&](EventType, const json&) {
        stop.request_stop();
        return Result<void>();
      },
      stop.get_token());
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kCancelled) << ended.error().ToString();
}

TEST_P(WatchCase, AWrongSelectorOrVersionIsRefused) {
  const WatchSink ignore = [](EventType, const json&) { return Result<void>(); };
  const WatchOptions wrong_field{
      .namespace_name = ns(), .field_selector = "data.a=b", .resource_version = VersionNow()};
  EXPECT_EQ(client().Watch(kSecrets, wrong_field, ignore, {}).error().code,
            ErrorCode::kInvalidArgument);
  const WatchOptions wrong_version{.namespace_name = ns(), .resource_version = "soon"};
  EXPECT_FALSE(client().Watch(kSecrets, wrong_version, ignore, {}));
}

TEST_P(WatchCase, AForgottenVersionIsExpired) {
  // A kind of ours: a young server still knows the whole history of its own kinds.
  MustCreate(kManagedCredentials, Credential("a"));
  const auto ended = client().Watch(
      kManagedCredentials, {.namespace_name = ns(), .resource_version = ForgottenVersion()},
      [](EventType, const json&) { return Result<void>(); }, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kExpired) << ended.error().ToString();
  EXPECT_EQ(ended.error().message.find("too old resource version: 1 ("), 0u)
      << ended.error().message;
}

TEST_P(WatchCase, AStopBeforeTheStartSendsNothing) {
  std::stop_source stop;
  stop.request_stop();
  const auto ended = client().Watch(
      kSecrets, {.namespace_name = ns(), .resource_version = VersionNow()},
      [](EventType, const json&) { return Result<void>(); }, stop.get_token());
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kCancelled) << ended.error().ToString();
}

TEST_P(WatchCase, OtherNamespacesAndKindsAreNotSeen) {
  const std::string from = VersionNow();
  MustCreate(kLeases, Lease("l"));
  json other = Secret("other");
  other["metadata"]["namespace"] = "default";
  other["metadata"].erase("name");
  other["metadata"]["generateName"] = "conformance-";
  const json elsewhere = MustCreate(kSecrets, other);
  MustCreate(kSecrets, Secret("a"));
  const std::vector<Seen> seen = Watch({.resource_version = from}, 1);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].object["metadata"]["name"], "a");
  EXPECT_TRUE(client().Delete(kSecrets, {"default", elsewhere["metadata"]["name"]}, {}, {}));
}

}  // namespace
}  // namespace keysteward::kube
