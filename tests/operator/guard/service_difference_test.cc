#include "operator/guard/service_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operator/guard/wanted_objects.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

// As the API server stores it.
json Live() {
  json live = WantedService();
  live["spec"]["type"] = "ClusterIP";
  live["spec"]["clusterIP"] = "10.0.0.1";
  live["spec"]["ports"][0]["protocol"] = "TCP";
  return live;
}

TEST(ServiceDifference, WhatTheServerFillsInIsNone) {
  EXPECT_THAT(ServiceDifferences(Live(), WantedService()), IsEmpty());
}

TEST(ServiceDifference, WhereItLeadsAndByWhichPortIsOne) {
  json live = Live();
  live["spec"]["selector"]["app.kubernetes.io/component"] = "another";
  live["spec"]["ports"][0]["targetPort"] = 8080;
  live["spec"]["type"] = "ExternalName";
  EXPECT_THAT(ServiceDifferences(live, WantedService()), ElementsAre("selector", "ports", "type"));
}

TEST(ServiceDifference, ASelectorThatIsGoneIsOneAndSoIsAPortMore) {
  json live = Live();
  live["spec"].erase("selector");
  EXPECT_THAT(ServiceDifferences(live, WantedService()), ElementsAre("selector"));
  live = Live();
  live["spec"]["ports"].push_back({{"port", 80}});
  EXPECT_THAT(ServiceDifferences(live, WantedService()), ElementsAre("ports"));
}

}  // namespace
}  // namespace keysteward::op
