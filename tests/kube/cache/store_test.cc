#include "kube/cache/store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/core/partial_object_metadata.h"

namespace keysteward::kube {
namespace {

using api::ObjectKey;

struct Thing {
  api::ObjectMeta metadata;
  std::vector<std::string> uses;
};

using Object = Store<Thing>::Object;

Object MakeThing(const std::string& namespace_name, const std::string& name,
                 std::vector<std::string> uses = {}) {
  Thing thing;
  thing.metadata.namespace_name = namespace_name;
  thing.metadata.name = name;
  thing.uses = std::move(uses);
  return std::make_shared<const Thing>(std::move(thing));
}

std::vector<std::string> Names(const std::vector<Object>& objects) {
  std::vector<std::string> names;
  for (const Object& object : objects) names.push_back(object->metadata.key().ToString());
  return names;
}

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_.AddIndex("uses", [](const Thing& thing) { return thing.uses; });
  }
  std::vector<std::string> Users(const std::string& value) {
    return Names(store_.ByIndex("uses", value));
  }

  Store<Thing> store_;
};

TEST_F(StoreTest, GetGivesTheObjectOrNull) {
  store_.Put(MakeThing("a", "x"));
  EXPECT_EQ(store_.Get({"a", "x"})->metadata.name, "x");
  EXPECT_EQ(store_.Get({"b", "x"}), nullptr);
}

TEST_F(StoreTest, AnObjectHandedOutStaysAsItWasWhenTheStoreMovesOn) {
  store_.Put(MakeThing("a", "x", {"old"}));
  const Object before = store_.Get({"a", "x"});
  store_.Put(MakeThing("a", "x", {"new"}));
  store_.Erase({"a", "x"});
  EXPECT_EQ(before->uses, std::vector<std::string>{"old"});
}

TEST_F(StoreTest, PutAndEraseTellWhatWasThereBefore) {
  const auto added = store_.Put(MakeThing("a", "x"));
  EXPECT_EQ(added.before, nullptr);
  EXPECT_NE(added.after, nullptr);
  const auto changed = store_.Put(MakeThing("a", "x"));
  EXPECT_EQ(changed.before, added.after);
  const auto gone = store_.Erase({"a", "x"});
  EXPECT_EQ(gone.before, changed.after);
  EXPECT_EQ(gone.after, nullptr);
  const auto nothing = store_.Erase({"a", "x"});
  EXPECT_EQ(nothing.before, nullptr);
  EXPECT_EQ(nothing.after, nullptr);
}

TEST_F(StoreTest, ListIsOfOneNamespaceOrOfAll) {
  for (const char* name : {"y", "x"}) store_.Put(MakeThing("b", name));
  store_.Put(MakeThing("a", "z"));
  store_.Put(MakeThing("bb", "x"));
  store_.Put(MakeThing("", "cluster-wide"));
  EXPECT_EQ(Names(store_.List("b")), (std::vector<std::string>{"b/x", "b/y"}));
  EXPECT_EQ(Names(store_.List()),
            (std::vector<std::string>{"cluster-wide", "a/z", "b/x", "b/y", "bb/x"}));
  EXPECT_TRUE(store_.List("none").empty());
}

TEST_F(StoreTest, AnIndexFollowsEveryChange) {
  store_.Put(MakeThing("a", "x", {"s1", "s2"}));
  store_.Put(MakeThing("a", "y", {"s2"}));
  EXPECT_EQ(Users("s2"), (std::vector<std::string>{"a/x", "a/y"}));
  store_.Put(MakeThing("a", "x", {"s3"}));
  EXPECT_TRUE(Users("s1").empty());
  EXPECT_EQ(Users("s2"), (std::vector<std::string>{"a/y"}));
  EXPECT_EQ(Users("s3"), (std::vector<std::string>{"a/x"}));
  store_.Erase({"a", "x"});
  EXPECT_EQ(store_.IndexValues("uses"), (std::vector<std::string>{"s2"}));
}

TEST_F(StoreTest, AValueListedTwiceByOneObjectCountsOnce) {
  store_.Put(MakeThing("a", "x", {"s", "s"}));
  EXPECT_EQ(Users("s"), (std::vector<std::string>{"a/x"}));
  store_.Put(MakeThing("a", "x", {}));
  EXPECT_TRUE(Users("s").empty());
}

TEST_F(StoreTest, AnUnknownIndexOrValueIsEmpty) {
  EXPECT_TRUE(store_.ByIndex("none", "s").empty());
  EXPECT_TRUE(Users("none").empty());
  EXPECT_TRUE(store_.IndexValues("none").empty());
}

TEST_F(StoreTest, AnIndexAddedLateCoversWhatIsThere) {
  store_.Put(MakeThing("a", "x"));
  store_.AddIndex("name",
                  [](const Thing& thing) { return std::vector<std::string>{thing.metadata.name}; });
  EXPECT_EQ(Names(store_.ByIndex("name", "x")), (std::vector<std::string>{"a/x"}));
}

TEST_F(StoreTest, ReplaceTellsOfNewChangedAndGoneObjects) {
  store_.Put(MakeThing("a", "gone", {"s"}));
  store_.Put(MakeThing("a", "stays"));
  const auto changes = store_.Replace({MakeThing("a", "stays"), MakeThing("a", "new")});
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_TRUE(changes[0].before && changes[0].after);
  EXPECT_EQ(changes[1].before, nullptr);
  EXPECT_EQ(changes[1].after->metadata.name, "new");
  EXPECT_EQ(changes[2].before->metadata.name, "gone");
  EXPECT_EQ(changes[2].after, nullptr);
  EXPECT_TRUE(Users("s").empty());
}

TEST_F(StoreTest, ReplaceKeepsTheKeysItIsToldToKeep) {
  store_.Put(MakeThing("a", "unreadable now", {"s"}));
  const auto changes = store_.Replace({}, {{"a", "unreadable now"}, {"a", "never seen"}});
  EXPECT_TRUE(changes.empty());
  EXPECT_EQ(Users("s"), (std::vector<std::string>{"a/unreadable now"}));
}

TEST_F(StoreTest, NoReaderSeesHalfAReplace) {
  const auto generation = [](const std::string& use) {
    std::vector<Object> objects;
    for (int i = 0; i < 50; ++i) objects.push_back(MakeThing("a", std::to_string(i), {use}));
    return objects;
  };
  store_.Replace(generation("even"));
  std::atomic<bool> mixed = false;
  std::jthread reader([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto objects = store_.List();
      for (const Object& object : objects) {
        if (object->uses != objects[0]->uses) mixed = true;
      }
      const size_t users = store_.ByIndex("uses", "even").size();
      if (users != 0 && users != 50) mixed = true;
    }
  });
  for (int i = 0; i < 200; ++i) store_.Replace(generation(i % 2 == 0 ? "odd" : "even"));
  reader.request_stop();
  reader.join();
  EXPECT_FALSE(mixed);
}

// Which is kept packed.
TEST(StoreOfMetadata, GivesWhatWasPutAndTellsWhatWasThereBefore) {
  Store<api::core::PartialObjectMetadata> store;
  const auto put = [&store](const char* version) {
    api::core::PartialObjectMetadata secret;
    secret.metadata.namespace_name = "payments";
    secret.metadata.name = "stripe-live";
    secret.metadata.resource_version = version;
    secret.metadata.annotations = {{"keysteward.dev/owner", "team-shop"}};
    return store.Put(std::make_shared<const api::core::PartialObjectMetadata>(secret));
  };
  EXPECT_EQ(put("1").before, nullptr);
  const auto changed = put("2");
  EXPECT_EQ(changed.before->metadata.resource_version, "1");
  EXPECT_EQ(changed.after->metadata.resource_version, "2");
  EXPECT_EQ(store.Get({"payments", "stripe-live"})->metadata, changed.after->metadata);
  EXPECT_EQ(store.Get({"payments", "stripe"}), nullptr);
  EXPECT_EQ(store.List("payments").size(), 1u);
  EXPECT_EQ(store.Erase({"payments", "stripe-live"}).before->metadata, changed.after->metadata);
  EXPECT_EQ(store.size(), 0u);
}

}  // namespace
}  // namespace keysteward::kube
