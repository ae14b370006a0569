#include "kube/patch/json_patch.h"

#include <gtest/gtest.h>

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

TEST(JsonPatchTest, AnAddIntoAListInsertsBeforeThePlaceAndAtTheEnd) {
  JsonPatch patch;
  patch.Add({"finalizers", "0"}, "first").Add({"finalizers", "-"}, "last");
  EXPECT_FALSE(patch.empty());
  const json before = {{"finalizers", {"a", "b"}}};
  EXPECT_EQ(before.patch(patch.operations())["finalizers"], json({"first", "a", "b", "last"}));
}

TEST(JsonPatchTest, AFailedTestAndAMissingPathRefuseAll) {
  const json before = {{"uid", "u"}, {"a", 1}};
  JsonPatch other;
  other.Replace({"a"}, 2).Test({"uid"}, "another");
  EXPECT_THROW(before.patch(other.operations()), json::exception);
  JsonPatch missing;
  missing.Replace({"b"}, 2);
  EXPECT_THROW(before.patch(missing.operations()), json::exception);
}

TEST(JsonPatchTest, WithoutAPathItIsAboutTheWholeDocument) {
  JsonPatch patch;
  patch.Replace({}, {{"b", 2}});
  EXPECT_EQ(json({{"a", 1}}).patch(patch.operations()), json({{"b", 2}}));
}

}  // namespace
}  // namespace keysteward::kube
