#include "kube/patch/merge_patch.h"

#include <gtest/gtest.h>

namespace keysteward::kube {
namespace {

using nlohmann::json;

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

TEST(StatusPatchTest, AStatusThatIsNoObjectCountsAsEmpty) {
  for (const json& none : {json(nullptr), json("x"), json::array()}) {
    EXPECT_EQ(StatusPatch(none, {{"a", 1}}), json::parse(R"({"status":{"a":1}})")) << none;
    EXPECT_EQ(StatusPatch({{"a", 1}}, none), json::parse(R"({"status":{"a":null}})")) << none;
  }
}

}  // namespace
}  // namespace keysteward::kube
