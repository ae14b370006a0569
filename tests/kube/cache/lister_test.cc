#include "kube/cache/lister.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace keysteward::kube {
namespace {

struct Thing {
  api::ObjectMeta metadata;
  std::string colour;
};

class ListerTest : public testing::Test {
 protected:
  ListerTest() {
    store_.AddIndex("colour", [](const Thing& thing) { return std::vector{thing.colour}; });
    Put("a", "x", "red");
    Put("a", "y", "blue");
    Put("b", "x", "red");
  }
  void Put(const std::string& namespace_name, const std::string& name, const std::string& colour) {
    Thing thing{.colour = colour};
    thing.metadata.namespace_name = namespace_name;
    thing.metadata.name = name;
    store_.Put(std::make_shared<const Thing>(std::move(thing)));
  }

  Store<Thing> store_;
  const Lister<Thing> lister_{store_};
};

TEST_F(ListerTest, ReadsTheSameObjects) {
  EXPECT_EQ(lister_.Get({"a", "x"}), store_.Get({"a", "x"}));
  EXPECT_NE(lister_.Get({"a", "x"}), nullptr);
  EXPECT_EQ(lister_.Get({"a", "z"}), nullptr);
  EXPECT_EQ(lister_.List("a"), store_.List("a"));
  EXPECT_EQ(lister_.List("a").size(), 2u);
  EXPECT_EQ(lister_.List().size(), 3u);
  EXPECT_EQ(lister_.ByIndex("colour", "red"), store_.ByIndex("colour", "red"));
  EXPECT_EQ(lister_.ByIndex("colour", "red").size(), 2u);
}

TEST_F(ListerTest, ACopyFollowsTheStoreToo) {
  const Lister<Thing> copy = lister_;
  store_.Erase({"a", "x"});
  Put("c", "new", "red");
  EXPECT_EQ(copy.Get({"a", "x"}), nullptr);
  EXPECT_NE(copy.Get({"c", "new"}), nullptr);
  EXPECT_EQ(copy.ByIndex("colour", "red").size(), 2u);
}

TEST_F(ListerTest, NobodyCanChangeWhatItShows) {
  static_assert(std::is_same_v<decltype(lister_.Get({})), std::shared_ptr<const Thing>>);
  const auto before = lister_.Get({"a", "x"});
  Put("a", "x", "green");
  EXPECT_EQ(before->colour, "red") << "an object handed out stays as it was";
  EXPECT_EQ(lister_.Get({"a", "x"})->colour, "green");
}

}  // namespace
}  // namespace keysteward::kube
