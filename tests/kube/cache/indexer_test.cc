#include "kube/cache/indexer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/fakes/fake_random.h"

namespace keysteward::kube {
namespace {

using api::ObjectKey;
using testing::ElementsAre;
using testing::IsEmpty;

const ObjectKey kA{"ns", "a"};
const ObjectKey kB{"ns", "b"};

TEST(Indexer, FindsKeysByValueInOrder) {
  Indexer indexer;
  indexer.Update(kB, "secret", {"x", "y"});
  indexer.Update(kA, "secret", {"x"});
  EXPECT_THAT(indexer.KeysOf("secret", "x"), ElementsAre(kA, kB));
  EXPECT_THAT(indexer.KeysOf("secret", "y"), ElementsAre(kB));
  EXPECT_THAT(indexer.Values("secret"), ElementsAre("x", "y"));
}

TEST(Indexer, WhatIsUnknownIsEmpty) {
  Indexer indexer;
  EXPECT_THAT(indexer.KeysOf("secret", "x"), IsEmpty());
  EXPECT_THAT(indexer.Values("secret"), IsEmpty());
  indexer.Update(kA, "secret", {"x"});
  EXPECT_THAT(indexer.KeysOf("secret", "X"), IsEmpty());
  EXPECT_THAT(indexer.KeysOf("owner", "x"), IsEmpty());
}

TEST(Indexer, AnUpdateReplacesTheValuesOfItsKeyAlone) {
  Indexer indexer;
  indexer.Update(kA, "secret", {"x", "y"});
  indexer.Update(kB, "secret", {"x"});
  indexer.Update(kA, "secret", {"z"});
  EXPECT_THAT(indexer.KeysOf("secret", "x"), ElementsAre(kB));
  EXPECT_THAT(indexer.KeysOf("secret", "y"), IsEmpty());
  EXPECT_THAT(indexer.Values("secret"), ElementsAre("x", "z"));
}

TEST(Indexer, NoValuesTakeTheKeyOut) {
  Indexer indexer;
  indexer.Update(kA, "secret", {"x"});
  indexer.Update(kA, "secret", {});
  indexer.Update(kA, "secret", {});
  EXPECT_THAT(indexer.Values("secret"), IsEmpty()) << "an empty value would never go";
}

TEST(Indexer, IndexesDoNotMix) {
  Indexer indexer;
  indexer.Update(kA, "secret", {"x"});
  indexer.Update(kA, "owner", {"x"});
  indexer.Update(kA, "secret", {});
  EXPECT_THAT(indexer.KeysOf("owner", "x"), ElementsAre(kA));
}

TEST(Indexer, AValueListedTwiceCountsOnceAndGoesOnce) {
  Indexer indexer;
  indexer.Update(kA, "secret", {"x", "x"});
  EXPECT_THAT(indexer.KeysOf("secret", "x"), ElementsAre(kA));
  indexer.Update(kA, "secret", {"y"});
  EXPECT_THAT(indexer.Values("secret"), ElementsAre("y"));
}

// Against the obvious way to keep the same: the values of every key, searched through.
TEST(IndexerProperty, AnswersAsASearchThroughAllObjectsWould) {
  FakeRandom random;
  Indexer indexer;
  std::map<ObjectKey, std::vector<std::string>> model;
  for (int step = 0; step < 3000; ++step) {
    const ObjectKey key{"ns", std::string(1, static_cast<char>('a' + random.Below(8)))};
    std::vector<std::string> values;
    for (uint64_t i = random.Below(4); i > 0; --i) {
      values.push_back(std::to_string(random.Below(5)));
    }
    indexer.Update(key, "i", values);
    model[key] = values;
    std::map<std::string, std::set<ObjectKey>> expected;
    for (const auto& [each, its] : model) {
      for (const std::string& value : its) expected[value].insert(each);
    }
    ASSERT_EQ(indexer.Values("i").size(), expected.size()) << step;
    for (const auto& [value, keys] : expected) {
      ASSERT_THAT(indexer.KeysOf("i", value), testing::ElementsAreArray(keys)) << step;
    }
  }
}

}  // namespace
}  // namespace keysteward::kube
