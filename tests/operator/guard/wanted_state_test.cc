#include "operator/guard/wanted_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/core/config_map_types.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"
#include "tests/operator/guard/wanted_objects.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const api::Resource& kConfigMaps = api::KindOf<api::core::ConfigMap>::resource;

class WantedStateTest : public testing::Test {
 protected:
  Result<std::optional<WantedState>> Read(const json& map) {
    EXPECT_TRUE(server.Create(kConfigMaps, map, {}, {}));
    return ReadWanted(server, {.namespace_name = kOurs}, {});
  }

  FakeClock clock;
  FakeRandom random;
  kube::FakeApiServer server{clock, random};
};

TEST_F(WantedStateTest, SaysWhatTheChartDeclares) {
  const auto wanted = Read(WantedConfigMap());
  ASSERT_TRUE(wanted) << wanted.error().ToString();
  ASSERT_TRUE(*wanted);
  EXPECT_EQ((*wanted)->validating->at("kind"), "ValidatingWebhookConfiguration");
  EXPECT_EQ((*wanted)->mutating->at("kind"), "MutatingWebhookConfiguration");
  EXPECT_EQ((*wanted)->service, WantedService());
  EXPECT_EQ((*wanted)->cluster_rules.size(), 3u);
  EXPECT_EQ((*wanted)->namespace_rules,
            PolicyRules({{.verbs = {"delete"}, .groups = {""}, .resources = {"secrets"}}}));
}

TEST_F(WantedStateTest, WithoutAWebhookThereIsNothingToRegister) {
  json map = WantedConfigMap();
  for (const char* entry : {"validating", "mutating", "service"}) map["data"].erase(entry);
  const auto wanted = Read(map);
  ASSERT_TRUE(wanted && *wanted);
  EXPECT_FALSE((*wanted)->validating || (*wanted)->mutating || (*wanted)->service);
}

TEST_F(WantedStateTest, OneThatIsGoneOrBeingDeletedDeclaresNothing) {
  const auto absent = ReadWanted(server, {.namespace_name = kOurs}, {});
  ASSERT_TRUE(absent);
  EXPECT_FALSE(*absent);
  json map = WantedConfigMap();
  map["metadata"]["finalizers"] = {"example.com/hold"};
  ASSERT_TRUE(Read(map));
  ASSERT_TRUE(server.Delete(kConfigMaps, {kOurs, "keysteward-wanted"}, {}, {}));
  const auto going = ReadWanted(server, {.namespace_name = kOurs}, {});
  ASSERT_TRUE(going);
  EXPECT_FALSE(*going);
}

TEST_F(WantedStateTest, ARegistrationThatLeadsElsewhereIsRefused) {
  const std::vector<std::pair<const char*, json>> forgeries = {
      {"/metadata/name", "of-somebody-else"},
      {"/webhooks/1/clientConfig/service/name", "elsewhere"},
      {"/webhooks/1/clientConfig/service/namespace", "elsewhere"},
      {"/webhooks/1/clientConfig/url", "https://elsewhere.example"},
      {"/webhooks/0/clientConfig/caBundle", "Zm9yZ2Vk"},
      {"/webhooks/0/clientConfig", "text"},
      {"/webhooks/0", 7},
      {"/webhooks", json::array()},
      {"/webhooks", "text"}};
  for (const auto& [pointer, value] : forgeries) {
    json registration = WantedRegistration();
    registration[json::json_pointer(pointer)] = value;
    json map = WantedConfigMap();
    map["data"]["validating"] = registration.dump();
    const auto wanted = Read(map);
    ASSERT_FALSE(wanted) << pointer;
    EXPECT_EQ(wanted.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(wanted.error().message,
                HasSubstr("ConfigMap keysteward-system/keysteward-wanted: validating: "));
    ASSERT_TRUE(server.Delete(kConfigMaps, {kOurs, "keysteward-wanted"}, {}, {}));
  }
}

TEST_F(WantedStateTest, WhatIsNoJsonOrNoListOfRulesIsAnErrorThatNamesTheEntry) {
  for (const char* text : {"{", "{}", "[7]", R"([{"verbs":"get","resources":["pods"]}])",
                           R"([{"verbs":[1],"resources":["pods"]}])"}) {
    json map = WantedConfigMap();
    map["data"]["namespaceRules"] = text;
    const auto wanted = Read(map);
    ASSERT_FALSE(wanted) << text;
    EXPECT_THAT(wanted.error().message, HasSubstr("namespaceRules: ")) << text;
    ASSERT_TRUE(server.Delete(kConfigMaps, {kOurs, "keysteward-wanted"}, {}, {}));
  }
}

}  // namespace
}  // namespace keysteward::op
