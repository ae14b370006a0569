// JSON Patch and merge patch.
#include "tests/conformance/api_server/server_under_test.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

class PatchCase : public ApiServerCase {
 protected:
  Result<json> JsonPatch(const json& patch, const PatchOptions& options = {}) {
    return client().Patch(kSecrets, Key("a"), PatchType::kJson, patch, options, {});
  }
  Result<json> MergePatch(const json& patch, const PatchOptions& options = {}) {
    return client().Patch(kSecrets, Key("a"), PatchType::kMerge, patch, options, {});
  }
};
KS_FOR_BOTH_SERVERS(PatchCase);

TEST_P(PatchCase, AJsonPatchWithATrueTestIsApplied) {
  MustCreate(kSecrets, Secret("a"));
  const auto patched = JsonPatch(json::parse(R"([{"op":"test","path":"/data/a","value":"YQ=="},
      {"op":"replace","path":"/data/a","value":"Yg=="},{"op":"remove","path":"/data/b"}])"));
  ASSERT_TRUE(patched) << patched.error().ToString();
  EXPECT_EQ((*patched)["data"], json({{"a", "Yg=="}}));
}

TEST_P(PatchCase, AFailedTestChangesNothingAndIsAConflict) {
  const json before = MustCreate(kSecrets, Secret("a"));
  const auto patched = JsonPatch(json::parse(R"([{"op":"remove","path":"/data/b"},
      {"op":"test","path":"/data/a","value":"other"}])"));
  EXPECT_EQ(patched.error().ToString(),
            "Conflict: the server rejected our request due to an error in our request");
  EXPECT_EQ(MustGet(kSecrets, "a"), before);
}

TEST_P(PatchCase, AMissingPathIsAConflictToo) {
  MustCreate(kSecrets, Secret("a"));
  const char* patches[] = {
      R"([{"op":"remove","path":"/data/none"}])",
      R"([{"op":"remove","path":"/none/none"}])",
      R"([{"op":"remove","path":"/metadata/finalizers/5"}])",
      R"([{"op":"add","path":"/metadata/annotations/x","value":"y"}])",
      R"([{"op":"replace","path":"/metadata/annotations/x","value":"y"}])",
      R"([{"op":"test","path":"/metadata/none","value":"y"}])",
      R"([{"op":"frob","path":"/data/a"}])",
  };
  for (const char* patch : patches) {
    const auto patched = JsonPatch(json::parse(patch));
    ASSERT_FALSE(patched) << patch;
    EXPECT_EQ(patched.error().code, ErrorCode::kConflict) << patch;
  }
}

TEST_P(PatchCase, ReplaceAddsAMissingMember) {
  MustCreate(kSecrets, Secret("a"));
  const auto patched =
      JsonPatch(json::parse(R"([{"op":"replace","path":"/data/c","value":"Yw=="}])"));
  ASSERT_TRUE(patched) << patched.error().ToString();
  EXPECT_EQ((*patched)["data"]["c"], "Yw==");
}

TEST_P(PatchCase, ATestForNullHoldsWhereNothingIs) {
  json secret = MustCreate(kSecrets, Secret("a"));
  const json patch = json::parse(R"([{"op":"test","path":"/metadata/finalizers","value":null},
      {"op":"add","path":"/metadata/finalizers","value":["keysteward.dev/hold"]}])");
  ASSERT_TRUE(JsonPatch(patch));
  EXPECT_EQ(JsonPatch(patch).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(MergePatch({{"metadata", {{"finalizers", nullptr}}}}));
}

TEST_P(PatchCase, APatchThatIsNoListOrLeavesNoObjectIsInvalid) {
  MustCreate(kSecrets, Secret("a"));
  EXPECT_EQ(JsonPatch(json::parse(R"({"op":"remove","path":"/data/a"})")).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_P(PatchCase, UidAndVersionCanBeTested) {
  const json secret = MustCreate(kSecrets, Secret("a"));
  const auto patch_with = [&](const std::string& path, const std::string& value) {
    return JsonPatch({{{"op", "test"}, {"path", path}, {"value", value}},
                      {{"op", "add"}, {"path", "/data/c"}, {"value", "Yw=="}}});
  };
  EXPECT_EQ(patch_with("/metadata/uid", "other").error().code, ErrorCode::kConflict);
  EXPECT_EQ(patch_with("/metadata/resourceVersion", "1").error().code, ErrorCode::kConflict);
  EXPECT_TRUE(patch_with("/metadata/uid", UidOf(secret)));
  EXPECT_EQ(patch_with("/metadata/resourceVersion", VersionOf(secret)).error().code,
            ErrorCode::kConflict);
}

TEST_P(PatchCase, AFinalizerIsRemovedByItsPlace) {
  json secret = Secret("a");
  secret["metadata"]["finalizers"] = {"keysteward.dev/one", "keysteward.dev/two"};
  MustCreate(kSecrets, secret);
  ASSERT_TRUE(client().Delete(kSecrets, Key("a"), {}, {}));
  const auto remove = [&](const std::string& place, const std::string& name) {
    return JsonPatch({{{"op", "test"}, {"path", "/metadata/finalizers/" + place}, {"value", name}},
                      {{"op", "remove"}, {"path", "/metadata/finalizers/" + place}}});
  };
  EXPECT_EQ(remove("0", "keysteward.dev/two").error().code, ErrorCode::kConflict);
  EXPECT_TRUE(remove("1", "keysteward.dev/two"));
  const auto last = remove("0", "keysteward.dev/one");
  ASSERT_TRUE(last) << last.error().ToString();
  EXPECT_TRUE(Gone(kSecrets, Key("a")));
}

TEST_P(PatchCase, PointersEscapeTheSlash) {
  json secret = Secret("a");
  secret["metadata"]["annotations"] = {{"keysteward.dev/x", "1"}};
  MustCreate(kSecrets, secret);
  const auto patched = JsonPatch(json::parse(
      R"([{"op":"replace","path":"/metadata/annotations/keysteward.dev~1x","value":"2"}])"));
  ASSERT_TRUE(patched) << patched.error().ToString();
  EXPECT_EQ((*patched)["metadata"]["annotations"]["keysteward.dev/x"], "2");
}

TEST_P(PatchCase, AMergePatchSetsAndRemoves) {
  MustCreate(kSecrets, Secret("a"));
  const auto patched = MergePatch({{"data", {{"a", nullptr}, {"c", "Yw=="}}}});
  ASSERT_TRUE(patched) << patched.error().ToString();
  EXPECT_EQ((*patched)["data"], json({{"b", "Yg=="}, {"c", "Yw=="}}));
}

TEST_P(PatchCase, AMergePatchIsGuardedByItsVersion) {
  const json secret = MustCreate(kSecrets, Secret("a"));
  const auto patch_at = [&](const std::string& version) {
    return MergePatch({{"metadata", {{"resourceVersion", version}}}, {"data", {{"c", "Yw=="}}}});
  };
  const Error stale = patch_at("1").error();
  EXPECT_EQ(
      stale.ToString(),
      "Conflict: Operation cannot be fulfilled on secrets \"a\": the object has been modified; "
      "please apply your changes to the latest version and try again");
  EXPECT_TRUE(MergePatch(
      {{"metadata", {{"resourceVersion", VersionOf(secret)}}}, {"data", {{"c", "Yw=="}}}}));
}

TEST_P(PatchCase, TheUidCannotBePatched) {
  MustCreate(kSecrets, Secret("a"));
  EXPECT_EQ(MergePatch({{"metadata", {{"uid", "11111111-2222-4333-8444-555555555555"}}}})
                .error()
                .ToString(),
            "Conflict: Secret \"a\" is invalid: metadata.uid: Invalid value: "
            "\"11111111-2222-4333-8444-555555555555\": field is immutable");
}

TEST_P(PatchCase, PatchingWhatIsNotThereIsNotFound) {
  EXPECT_EQ(MergePatch(json::object()).error().ToString(), "NotFound: secrets \"a\" not found");
  EXPECT_EQ(JsonPatch(json::array()).error().ToString(), "NotFound: secrets \"a\" not found");
}

TEST_P(PatchCase, APatchThatChangesNothingKeepsTheVersion) {
  const json secret = MustCreate(kSecrets, Secret("a"));
  EXPECT_EQ(VersionOf(*MergePatch({{"data", {{"a", "YQ=="}}}})), VersionOf(secret));
  EXPECT_EQ(VersionOf(*JsonPatch(json::array())), VersionOf(secret));
}

TEST_P(PatchCase, ADryRunPatchStoresNothing) {
  const json secret = MustCreate(kSecrets, Secret("a"));
  const auto patched = MergePatch({{"data", {{"a", "Yg=="}}}}, {.dry_run = true});
  ASSERT_TRUE(patched);
  EXPECT_EQ((*patched)["data"]["a"], "Yg==");
  EXPECT_EQ(MustGet(kSecrets, "a"), secret);
}

TEST_P(PatchCase, AStatusPatchReachesOnlyTheStatus) {
  const json credential = MustCreate(kManagedCredentials, Credential("c"));
  const json patch = {{"status", {{"observedGeneration", 1}}}, {"spec", {{"lifetime", "999h"}}}};
  const auto patched = client().Patch(kManagedCredentials, Key("c"), PatchType::kMerge, patch,
                                      {.subresource = "status"}, {});
  ASSERT_TRUE(patched) << patched.error().ToString();
  EXPECT_EQ((*patched)["status"]["observedGeneration"], 1);
  EXPECT_EQ((*patched)["spec"]["lifetime"], "720h");
  EXPECT_EQ((*patched)["metadata"]["generation"], 1);
  EXPECT_NE(VersionOf(*patched), VersionOf(credential));
}

TEST_P(PatchCase, AGuardedStatusPatchConflictsWhenStale) {
  const json credential = MustCreate(kManagedCredentials, Credential("c"));
  const auto patch = [&](int64_t generation) {
    return client().Patch(kManagedCredentials, Key("c"), PatchType::kMerge,
                          {{"metadata", {{"resourceVersion", VersionOf(credential)}}},
                           {"status", {{"lastGeneration", generation}}}},
                          {.subresource = "status"}, {});
  };
  EXPECT_TRUE(patch(1));
  EXPECT_EQ(patch(2).error().code, ErrorCode::kConflict);
}

TEST_P(PatchCase, AMergePatchReplacesAListAsAWhole) {
  json secret = Secret("a");
  secret["metadata"]["finalizers"] = {"keysteward.dev/one", "keysteward.dev/two"};
  MustCreate(kSecrets, secret);
  const auto patched = MergePatch({{"metadata", {{"finalizers", {"keysteward.dev/two"}}}}});
  ASSERT_TRUE(patched);
  EXPECT_EQ((*patched)["metadata"]["finalizers"], json({"keysteward.dev/two"}));
  EXPECT_TRUE(MergePatch({{"metadata", {{"finalizers", nullptr}}}}));
}

}  // namespace
}  // namespace keysteward::kube
