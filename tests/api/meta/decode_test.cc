#include "api/meta/decode.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/config_map_types.h"
#include "api/core/secret_types.h"
#include "api/core/workload_types.h"

namespace keysteward::api {
namespace {

using nlohmann::json;

TEST(Decode, TellsTheKindAndTheField) {
  const Result<core::ConfigMap> read = Decode<core::ConfigMap>(json{{"immutable", "yes"}});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), Error::InvalidArgument("ConfigMap: immutable: must be true or false"));
}

TEST(Decode, TellsTheFirstOfManyMistakes) {
  const json object = {{"metadata", {{"name", 1}}}, {"immutable", "yes"}};
  EXPECT_EQ(Decode<core::ConfigMap>(object).error().message,
            "ConfigMap: metadata.name: must be a string");
}

TEST(Decode, DoesNotAskForTheKindWhichListsLeaveOut) {
  EXPECT_TRUE(Decode<core::ConfigMap>(json{{"metadata", {{"name", "a"}}}}));
}

TEST(Resource, OfTheCoreGroupHasNoGroupInItsVersion) {
  EXPECT_EQ((Resource{"", "v1", "secrets", "Secret"}).api_version(), "v1");
  EXPECT_EQ((Resource{"apps", "v1", "deployments", "Deployment"}).api_version(), "apps/v1");
}

TEST(Resource, IsNamespacedUnlessItSaysOtherwise) {
  EXPECT_TRUE((Resource{"", "v1", "secrets", "Secret"}).namespaced);
  EXPECT_TRUE(KindOf<core::Secret>::resource.namespaced);
  EXPECT_TRUE(KindOf<core::Deployment>::resource.namespaced);
}

}  // namespace
}  // namespace keysteward::api
