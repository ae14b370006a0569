#include "operator/report/object_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"
#include "tests/operator/report/served_cluster.h"

namespace keysteward::op {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr JudgedKind kConfigMaps{"/api/v1", "configmaps", "v1", "ConfigMap"};

class ObjectPages : public testing::Test {
 protected:
  void Fill(int count) {
    for (int i = 0; i < count; ++i) {
      cluster_.Put("configmaps", "shop", {{"metadata", {{"name", "c" + std::to_string(i)}}}});
    }
  }
  // Names of the objects given, or the error.
  std::vector<std::string> Names(size_t limit) {
    std::vector<std::string> names;
    const Result<void> done =
        ForEachObject([this](const std::string& path) { return cluster_.GetRaw(path, {}); },
                      kConfigMaps, {"shop", limit},
                      [&](const detection::Node& object) {
                        names.emplace_back(object.Find("metadata")->String("name"));
                      });
    if (!done) names.push_back("error: " + done.error().message);
    return names;
  }

  FakeClock clock_;
  FakeRandom random_;
  ServedCluster cluster_{clock_, random_};
};

TEST_F(ObjectPages, GivesEveryObjectOfEveryPageOnce) {
  Fill(5);
  EXPECT_THAT(Names(2), ElementsAre("c0", "c1", "c2", "c3", "c4"));
  EXPECT_THAT(cluster_.asked, ElementsAre("/api/v1/namespaces/shop/configmaps?limit=2",
                                          "/api/v1/namespaces/shop/configmaps?limit=2&continue=2",
                                          "/api/v1/namespaces/shop/configmaps?limit=2&continue=4"));
}

TEST_F(ObjectPages, AnObjectKnowsItsKind) {
  Fill(1);
  std::string kind;
  ASSERT_TRUE(ForEachObject([this](const std::string& path) { return cluster_.GetRaw(path, {}); },
                            kConfigMaps, {"shop", 10},
                            [&](const detection::Node& object) {
                              kind = std::string(object.String("apiVersion")) + " " +
                                     std::string(object.String("kind"));
                            }));
  EXPECT_EQ(kind, "v1 ConfigMap");
}

TEST_F(ObjectPages, WhatIsTooLargeIsAskedForInSmallerPages) {
  Fill(9);
  cluster_.largest_page = 3;
  EXPECT_THAT(Names(8), SizeIs(9));
  EXPECT_THAT(cluster_.asked[1], HasSubstr("limit=2"));
}

TEST_F(ObjectPages, OneObjectThatIsTooLargeIsAnError) {
  Fill(1);
  cluster_.largest_page = 0;
  EXPECT_THAT(Names(8), ElementsAre("error: list configmaps: too large an answer"));
}

TEST_F(ObjectPages, AKindThatIsNotServedHasNoObjects) {
  cluster_.failing.emplace("/configmaps", Error::NotFound("no such kind"));
  EXPECT_THAT(Names(8), SizeIs(0));
}

TEST_F(ObjectPages, ErrorsAndNonsenseNameTheKind) {
  cluster_.failing.emplace("/configmaps", Error::PermissionDenied("forbidden"));
  EXPECT_THAT(Names(8), ElementsAre("error: list configmaps: forbidden"));
  cluster_.failing.clear();
  cluster_.documents["/api/v1/namespaces/shop/configmaps?limit=8"] = nlohmann::json::array();
  EXPECT_THAT(Names(8), ElementsAre("error: list configmaps: this is no list"));
  cluster_.documents["/api/v1/namespaces/shop/configmaps?limit=8"] = {{"items", nullptr}};
  EXPECT_THAT(Names(8), SizeIs(0));
}

}  // namespace
}  // namespace keysteward::op
