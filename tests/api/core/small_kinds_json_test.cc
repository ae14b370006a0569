#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/config_map_types.h"
#include "api/core/disruption_budget_types.h"
#include "api/core/namespace_types.h"
#include "api/core/partial_object_metadata.h"
#include "api/core/service_account_types.h"
#include "api/meta/decode.h"

namespace keysteward::api {
namespace {

using nlohmann::json;

TEST(Namespace, IsTerminatingByPhaseOrByDeletion) {
  const auto read = [](const char* text) { return *Decode<core::Namespace>(json::parse(text)); };
  EXPECT_FALSE(read(R"({"status": {"phase": "Active"}})").terminating());
  EXPECT_TRUE(read(R"({"status": {"phase": "Terminating"}})").terminating());
  EXPECT_TRUE(read(R"({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}})").terminating());
  EXPECT_FALSE(KindOf<core::Namespace>::resource.namespaced);
}

TEST(ConfigMap, IsReadAsTextEntries) {
  const auto read = Decode<core::ConfigMap>(
      json::parse(R"({"data": {"a": "1"}, "binaryData": {"b": "AA=="}, "immutable": true})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->data, (std::map<std::string, std::string>{{"a", "1"}}));
  EXPECT_TRUE(read->immutable);
}

TEST(ServiceAccount, NamesTheSecretsItsPodsUse) {
  const auto read = Decode<core::ServiceAccount>(
      json::parse(R"({"imagePullSecrets": [{"name": "registry"}], "secrets": [{"name": "t"}]})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->image_pull_secrets, (std::vector<std::string>{"registry"}));
  EXPECT_EQ(read->secrets, (std::vector<std::string>{"t"}));
}

core::PodDisruptionBudget Budget(const char* spec, const char* status) {
  return *Decode<core::PodDisruptionBudget>({{"metadata", {{"generation", 2}}},
                                             {"spec", json::parse(spec)},
                                             {"status", json::parse(status)}});
}

TEST(PodDisruptionBudget, IsExhaustedOnlyOnceItsControllerSaidSo) {
  const auto exhausted = [](const char* status) { return Budget("{}", status).exhausted(); };
  EXPECT_TRUE(exhausted(R"({"observedGeneration": 2, "disruptionsAllowed": 0})"));
  EXPECT_FALSE(exhausted(R"({"observedGeneration": 2, "disruptionsAllowed": 1})"));
  EXPECT_FALSE(exhausted(R"({"observedGeneration": 1, "disruptionsAllowed": 0})"));
  EXPECT_FALSE(exhausted("{}"));
}

TEST(PodDisruptionBudget, CoversBySelectorAndNothingWithoutOne) {
  const char* by_label = R"({"selector": {"matchLabels": {"app": "api"}}})";
  EXPECT_TRUE(Budget(by_label, "{}").Covers({{"app", "api"}}));
  EXPECT_FALSE(Budget(by_label, "{}").Covers({{"app", "web"}}));
  EXPECT_TRUE(Budget(R"({"selector": {}})", "{}").Covers({{"app", "web"}}));
  EXPECT_FALSE(Budget("{}", "{}").Covers({{"app", "api"}}));
}

TEST(PartialObjectMetadata, KeepsMetadataAndNothingElse) {
  const auto read = Decode<core::PartialObjectMetadata>(json::parse(
      R"({"kind": "PartialObjectMetadata", "metadata": {"name": "s"}, "data": {"k": "v"}})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->metadata.name, "s");
}

TEST(SmallKinds, AWrongFieldIsNamedWithTheKind) {
  EXPECT_EQ(Decode<core::ConfigMap>(json::parse(R"({"data": []})")).error().message,
            "ConfigMap: data: must be a map of strings");
  EXPECT_EQ(Decode<core::ServiceAccount>(json::parse(R"({"secrets": {}})")).error().message,
            "ServiceAccount: secrets: must be a list");
  EXPECT_EQ(
      Decode<core::PodDisruptionBudget>(json::parse(R"({"status": {"disruptionsAllowed": "1"}})"))
          .error()
          .message,
      "PodDisruptionBudget: status.disruptionsAllowed: must be an integer");
  EXPECT_EQ(Decode<core::Namespace>(json::parse(R"({"status": 1})")).error().message,
            "Namespace: status: must be an object");
  EXPECT_EQ(Decode<core::PartialObjectMetadata>(json::parse(R"({"metadata": 1})")).error().message,
            "PartialObjectMetadata: metadata: must be an object");
}

}  // namespace
}  // namespace keysteward::api
