#include "api/meta/label_selector.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace keysteward::api {
namespace {

using nlohmann::json;
using LabelMap = std::map<std::string, std::string>;

LabelSelector Read(const char* text) {
  const json object = {{"selector", json::parse(text)}};
  JsonFields fields(object, "spec");
  LabelSelector selector = ReadLabelSelector(fields, "selector");
  EXPECT_TRUE(fields.Check()) << text;
  return selector;
}

constexpr const char* kAll = R"({
  "matchLabels": {"app": "api"},
  "matchExpressions": [
    {"key": "tier", "operator": "In", "values": ["a", "b"]},
    {"key": "zone", "operator": "NotIn", "values": ["x"]},
    {"key": "team", "operator": "Exists"},
    {"key": "canary", "operator": "DoesNotExist"}]})";

TEST(LabelSelector, MatchesWhenEveryRequirementHolds) {
  const LabelSelector selector = Read(kAll);
  const LabelMap good = {{"app", "api"}, {"tier", "b"}, {"team", ""}};
  EXPECT_TRUE(selector.Matches(good));
  const std::vector<std::pair<std::string, std::string>> breaking = {
      {"app", "web"}, {"tier", "c"}, {"zone", "x"}, {"canary", ""}};
  for (const auto& [key, value] : breaking) {
    LabelMap labels = good;
    labels[key] = value;
    EXPECT_FALSE(selector.Matches(labels)) << key;
  }
  for (const char* needed : {"app", "tier", "team"}) {
    LabelMap labels = good;
    labels.erase(needed);
    EXPECT_FALSE(selector.Matches(labels)) << needed;
  }
}

TEST(LabelSelector, AnEmptyOneMatchesEverything) {
  EXPECT_TRUE(Read("{}").Matches({}));
  EXPECT_TRUE(Read("{}").Matches({{"a", "b"}}));
  EXPECT_TRUE(Read("{}").empty());
  EXPECT_EQ(Read("{}").ToString(), "");
}

TEST(LabelSelector, IsWrittenAsTheQueryParameterExpectsIt) {
  EXPECT_EQ(Read(kAll).ToString(), "app=api,tier in (a,b),zone notin (x),team,!canary");
}

TEST(LabelSelector, RefusesWhatItWouldHaveToGuess) {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {R"({"matchExpressions": [{"key": "a", "operator": "in", "values": ["x"]}]})",
       "spec.selector.matchExpressions[0].operator: must be In, NotIn, Exists or DoesNotExist"},
      {R"({"matchExpressions": [{"operator": "Exists"}]})",
       "spec.selector.matchExpressions[0].key: is required"},
      {R"({"matchExpressions": [{"key": "a"}]})",
       "spec.selector.matchExpressions[0].operator: is required"},
      {R"({"matchExpressions": [{"key": "a", "operator": "In"}]})",
       "spec.selector.matchExpressions[0].values: must not be empty"},
      {R"({"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["x"]}]})",
       "spec.selector.matchExpressions[0].values: must be empty for this operator"},
      {R"({"matchLabels": {"a": 1}})", "spec.selector.matchLabels.a: must be a string"},
      {R"([])", "spec.selector: must be an object"}};
  for (const auto& [text, message] : rows) {
    const json object = {{"selector", json::parse(text)}};
    JsonFields fields(object, "spec");
    ReadLabelSelector(fields, "selector");
    ASSERT_FALSE(fields.Check()) << text;
    EXPECT_EQ(fields.Check().error().message, message);
  }
}

struct Row {
  const char* requirement;
  LabelMap labels;
  bool matches;
};

TEST(LabelRequirement, FollowsTheServersTable) {
  const std::vector<Row> rows = {{R"("operator": "In", "values": ["a"])", {{"k", "a"}}, true},
                                 {R"("operator": "In", "values": ["a"])", {{"k", "b"}}, false},
                                 {R"("operator": "In", "values": ["a"])", {{"other", "a"}}, false},
                                 {R"("operator": "In", "values": [""])", {{"k", ""}}, true},
                                 {R"("operator": "In", "values": [""])", {}, false},
                                 {R"("operator": "NotIn", "values": ["a"])", {{"k", "a"}}, false},
                                 {R"("operator": "NotIn", "values": ["a"])", {{"k", "b"}}, true},
                                 {R"("operator": "NotIn", "values": ["a"])", {}, true},
                                 {R"("operator": "Exists")", {{"k", ""}}, true},
                                 {R"("operator": "Exists")", {{"K", "a"}}, false},
                                 {R"("operator": "DoesNotExist")", {{"k", ""}}, false},
                                 {R"("operator": "DoesNotExist")", {{"K", "a"}}, true}};
  for (const Row& row : rows) {
    const std::string text =
        std::string(R"({"matchExpressions": [{"key": "k", )") + row.requirement + "}]}";
    EXPECT_EQ(Read(text.c_str()).Matches(row.labels), row.matches) << text;
  }
}

TEST(LabelSelector, ValuesAreComparedWholeAndCaseMatters) {
  const LabelSelector selector = Read(R"({"matchLabels": {"team": "pay"}})");
  EXPECT_TRUE(selector.Matches({{"team", "pay"}, {"x", "y"}}));
  for (const char* other : {"payments", "Pay", "", "pay "}) {
    EXPECT_FALSE(selector.Matches({{"team", other}})) << other;
  }
}

TEST(LabelSelector, AnAbsentOneIsEmptyAndSelectsAll) {
  const json object = json::object();
  JsonFields fields(object, "spec");
  EXPECT_TRUE(ReadLabelSelector(fields, "selector").empty());
  EXPECT_TRUE(fields.Check());
}

}  // namespace
}  // namespace keysteward::api
