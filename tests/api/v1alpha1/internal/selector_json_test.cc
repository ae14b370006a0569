#include "api/v1alpha1/internal/selector_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace keysteward::api::v1alpha1::internal {
namespace {

using nlohmann::json;

TEST(WriteLabelSelector, IsReadBackAsItWas) {
  const json written = json::parse(R"({
      "matchLabels": {"app": "api", "tier": "gold"},
      "matchExpressions": [{"key": "a", "operator": "In", "values": ["x", "y"]},
                           {"key": "b", "operator": "NotIn", "values": ["z"]},
                           {"key": "c", "operator": "Exists"},
                           {"key": "d", "operator": "DoesNotExist"}]})");
  const json object = {{"selector", written}};
  JsonFields fields(object, "");
  const LabelSelector selector = ReadLabelSelector(fields, "selector");
  ASSERT_TRUE(fields.Check());
  EXPECT_EQ(WriteLabelSelector(selector), written);
}

TEST(WriteLabelSelector, AnEmptyOneIsAnObjectThatSelectsEverything) {
  EXPECT_EQ(WriteLabelSelector({}), json::object());
  EXPECT_EQ(WriteLabelSelector({.match_labels = {{"a", ""}}}),
            json({{"matchLabels", {{"a", ""}}}}));
}

}  // namespace
}  // namespace keysteward::api::v1alpha1::internal
