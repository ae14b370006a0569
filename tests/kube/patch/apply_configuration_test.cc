#include "kube/patch/apply_configuration.h"

#include <gtest/gtest.h>

namespace keysteward::kube {
namespace {

using nlohmann::json;

TEST(ApplyConfigurationTest, ItNamesTheObjectAndItsPreconditions) {
  constexpr Resource kDeployments{"apps", "v1", "deployments", "Deployment"};
  EXPECT_EQ(
      ApplyConfiguration(kDeployments, "api"),
      json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api"}})"));
  EXPECT_EQ(ApplyConfiguration(kDeployments, "api", {"u", "7"})["metadata"],
            json::parse(R"({"name":"api","uid":"u","resourceVersion":"7"})"));
}

TEST(ApplyConfigurationTest, AnEmptyPreconditionIsNotChecked) {
  constexpr Resource kSecrets{"", "v1", "secrets", "Secret"};
  EXPECT_EQ(ApplyConfiguration(kSecrets, "a")["apiVersion"], "v1");
  EXPECT_EQ(ApplyConfiguration(kSecrets, "a", {.uid = "u"})["metadata"],
            json::parse(R"({"name":"a","uid":"u"})"));
  EXPECT_EQ(ApplyConfiguration(kSecrets, "a", {.resource_version = "7"})["metadata"],
            json::parse(R"({"name":"a","resourceVersion":"7"})"));
}

}  // namespace
}  // namespace keysteward::kube
