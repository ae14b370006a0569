#include <gtest/gtest.h>

#include "kube/patch/apply_configuration.h"
#include "kube/patch/json_patch.h"
#include "kube/patch/merge_patch.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

TEST(JsonPointerTest, StepsAreEscapedAsInRfc6901) {
  EXPECT_EQ(JsonPointer({}), "");
  EXPECT_EQ(JsonPointer({"a", "b"}), "/a/b");
  EXPECT_EQ(JsonPointer({"keysteward.dev/owner"}), "/keysteward.dev~1owner");
  EXPECT_EQ(JsonPointer({"a~b", "~1", "//"}), "/a~0b/~01/~1~1");
  EXPECT_EQ(JsonPointer({""}), "/");
}

TEST(JsonPointerTest, AnyKeySurvivesTheWayThere) {
  for (const char* key : {"plain", "a/b", "a~b", "~0", "~1", "~01", "", " ", "ü", "-", "0"}) {
    const json object = {{key, "value"}};
    EXPECT_EQ(object[json::json_pointer(JsonPointer({key}))], "value") << key;
  }
}

TEST(JsonPatchTest, OperationsKeepTheirOrder) {
  JsonPatch patch;
  EXPECT_TRUE(patch.empty());
  patch.Test({"metadata", "uid"}, "u")
      .Add({"metadata", "annotations", "x/y"}, "1")
      .Replace({"data", "a"}, nullptr)
      .Remove({"metadata", "finalizers", "0"});
  EXPECT_EQ(patch.operations(), json::parse(R"([
      {"op":"test","path":"/metadata/uid","value":"u"},
      {"op":"add","path":"/metadata/annotations/x~1y","value":"1"},
      {"op":"replace","path":"/data/a","value":null},
      {"op":"remove","path":"/metadata/finalizers/0"}])"));
}

TEST(JsonPatchTest, AppliedToAnObjectItDoesWhatItSays) {
  const json before = {{"metadata", {{"uid", "u"}, {"annotations", {{"a/b", "1"}}}}}};
  JsonPatch patch;
  patch.Test({"metadata", "annotations", "a/b"}, "1")
      .Replace({"metadata", "annotations", "a/b"}, "2");
  EXPECT_EQ(before.patch(patch.operations())["metadata"]["annotations"]["a/b"], "2");
}

TEST(MergePatchTest, OnlyDifferencesAreNamed) {
  const std::pair<std::pair<const char*, const char*>, const char*> rows[] = {
      {{"{}", "{}"}, "{}"},
      {{R"({"a":1})", R"({"a":1})"}, "{}"},
      {{R"({"a":1,"b":2})", R"({"a":1,"c":3})"}, R"({"b":null,"c":3})"},
      {{R"({"a":{"x":1,"y":2}})", R"({"a":{"x":1,"y":3}})"}, R"({"a":{"y":3}})"},
      {{R"({"a":{"x":1}})", R"({"a":{}})"}, R"({"a":{"x":null}})"},
      {{R"({"a":[1,2]})", R"({"a":[2]})"}, R"({"a":[2]})"},
      {{R"({"a":{"x":1}})", R"({"a":"text"})"}, R"({"a":"text"})"},
      {{R"({"a":"text"})", R"({"a":{"x":1}})"}, R"({"a":{"x":1}})"},
      {{R"({})", R"({"a":{}})"}, R"({"a":{}})"},
  };
  for (const auto& [pair, patch] : rows) {
    const json before = json::parse(pair.first);
    const json after = json::parse(pair.second);
    EXPECT_EQ(MergePatch(before, after), json::parse(patch)) << pair.first << " " << pair.second;
    json applied = before;
    applied.merge_patch(MergePatch(before, after));
    EXPECT_EQ(applied, after) << pair.first << " " << pair.second;
  }
}

TEST(StatusPatchTest, AnUnchangedStatusWritesNothing) {
  EXPECT_EQ(StatusPatch({{"revision", 1}}, {{"revision", 1}}, "7"), std::nullopt);
  EXPECT_EQ(StatusPatch(nullptr, json::object()), std::nullopt);
  EXPECT_EQ(StatusPatch(nullptr, nullptr), std::nullopt);
}

TEST(StatusPatchTest, AGuardedPatchNamesItsVersion) {
  EXPECT_EQ(StatusPatch({{"revision", 1}}, {{"revision", 2}}, "7"),
            json::parse(R"({"status":{"revision":2},"metadata":{"resourceVersion":"7"}})"));
  EXPECT_EQ(StatusPatch(nullptr, {{"revision", 2}}), json::parse(R"({"status":{"revision":2}})"));
}

TEST(ApplyConfigurationTest, ItNamesTheObjectAndItsPreconditions) {
  constexpr Resource kDeployments{"apps", "v1", "deployments", "Deployment"};
  EXPECT_EQ(
      ApplyConfiguration(kDeployments, "api"),
      json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api"}})"));
  EXPECT_EQ(ApplyConfiguration(kDeployments, "api", {"u", "7"})["metadata"],
            json::parse(R"({"name":"api","uid":"u","resourceVersion":"7"})"));
}

}  // namespace
}  // namespace keysteward::kube
