// Server-side apply: ownership of fields, conflicts, preconditions.
#include <algorithm>

#include "tests/conformance/api_server/server_under_test.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

class ApplyCase : public ApiServerCase {
 protected:
  // A Secret configuration with these entries.
  json Entries(const json& data) const {
    json configuration = Identity(kSecrets, "a");
    configuration["data"] = data;
    return configuration;
  }
  json Annotations(const Resource& resource, const std::string& name, const json& values) const {
    json configuration = Identity(resource, name);
    configuration["metadata"]["annotations"] = values;
    return configuration;
  }
  // Annotations of a Deployment's pod template.
  json TemplateAnnotations(const json& values) const {
    json configuration = Identity(kDeployments, "d");
    configuration["spec"]["template"]["metadata"]["annotations"] = values;
    return configuration;
  }
  static json TemplateOf(const json& deployment) {
    return deployment.value("/spec/template/metadata/annotations"_json_pointer, json());
  }
};
KS_FOR_BOTH_SERVERS(ApplyCase);

TEST_P(ApplyCase, ApplyCreatesWhatIsNotThere) {
  const json secret = MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  EXPECT_EQ(secret["data"], json({{"a", "YQ=="}}));
  EXPECT_EQ(secret["metadata"]["namespace"], ns());
  EXPECT_FALSE(UidOf(secret).empty());
}

TEST_P(ApplyCase, TheSameApplyAgainChangesNothing) {
  const json first = MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  const json second = MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  EXPECT_EQ(VersionOf(second), VersionOf(first));
}

TEST_P(ApplyCase, WhatAManagerStopsApplyingGoes) {
  MustApply(kSecrets, "a", Entries({{"a", "YQ=="}, {"b", "Yg=="}}), "one");
  const json secret = MustApply(kSecrets, "a", Entries({{"b", "Yg=="}}), "one");
  EXPECT_EQ(secret["data"], json({{"b", "Yg=="}}));
}

TEST_P(ApplyCase, WhatAnotherManagerAlsoAppliesStays) {
  MustApply(kSecrets, "a", Entries({{"a", "YQ=="}, {"b", "Yg=="}}), "one");
  MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "two");
  const json secret = MustApply(kSecrets, "a", Entries({{"b", "Yg=="}}), "one");
  EXPECT_EQ(secret["data"], json({{"a", "YQ=="}, {"b", "Yg=="}}));
}

TEST_P(ApplyCase, ManagersOwnDifferentKeysOfOneMap) {
  MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  MustApply(kSecrets, "a", Entries({{"b", "Yg=="}}), "two");
  const json secret = MustApply(kSecrets, "a", Entries({{"c", "Yw=="}}), "one");
  EXPECT_EQ(secret["data"], json({{"b", "Yg=="}, {"c", "Yw=="}}));
}

TEST_P(ApplyCase, AnotherManagersFieldConflicts) {
  MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  const auto applied = Apply(kSecrets, "a", Entries({{"a", "Yg=="}}), "two");
  EXPECT_EQ(applied.error().ToString(),
            "Conflict: Apply failed with 1 conflict: conflict with \"one\": .data.a");
  EXPECT_EQ(MustGet(kSecrets, "a")["data"]["a"], "YQ==");
}

TEST_P(ApplyCase, ForceTakesTheFieldOver) {
  MustApply(kSecrets, "a", Entries({{"a", "YQ=="}, {"b", "Yg=="}}), "one");
  MustApply(kSecrets, "a", Entries({{"a", "Yg=="}}), "two", true);
  EXPECT_EQ(MustGet(kSecrets, "a")["data"]["a"], "Yg==");
  const json secret = MustApply(kSecrets, "a", Entries({{"b", "Yg=="}}), "one");
  EXPECT_EQ(secret["data"], json({{"a", "Yg=="}, {"b", "Yg=="}}));
}

TEST_P(ApplyCase, ValuesThatAgreeAreSharedWithoutConflict) {
  MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "two");
  // Both own it now, so neither may change it alone.
  EXPECT_EQ(Apply(kSecrets, "a", Entries({{"a", "Yg=="}}), "one").error().code,
            ErrorCode::kConflict);
}

TEST_P(ApplyCase, FieldsWrittenByUpdateBelongToTheirWriter) {
  MustCreate(kSecrets, Secret("a"));
  EXPECT_EQ(Apply(kSecrets, "a", Entries({{"a", "Yg=="}}), "one").error().ToString(),
            "Conflict: Apply failed with 1 conflict: conflict with \"creator\" using v1: .data.a");
  MustApply(kSecrets, "a", Entries({{"a", "Yg=="}}), "one", true);
  // The creator's entry stays: apply removes only what the applier owned.
  EXPECT_EQ(MustApply(kSecrets, "a", Entries(json::object()), "one")["data"],
            json({{"b", "Yg=="}}));
}

TEST_P(ApplyCase, AnUpdateTakesFieldsFromAnApplier) {
  json secret = MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  secret["data"]["a"] = "Yg==";
  ASSERT_TRUE(client().Update(kSecrets, secret, {.field_manager = "editor"}, {}));
  EXPECT_EQ(Apply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one").error().ToString(),
            "Conflict: Apply failed with 1 conflict: conflict with \"editor\" using v1: .data.a");
}

TEST_P(ApplyCase, AFieldRemovedByUpdateIsOwnedByNobody) {
  json secret = MustApply(kSecrets, "a", Entries({{"a", "YQ=="}, {"b", "Yg=="}}), "one");
  secret["data"].erase("a");
  ASSERT_TRUE(client().Update(kSecrets, secret, {.field_manager = "editor"}, {}));
  const json again = MustApply(kSecrets, "a", Entries({{"a", "Yw=="}, {"b", "Yg=="}}), "two");
  EXPECT_EQ(again["data"], json({{"a", "Yw=="}, {"b", "Yg=="}}));
}

TEST_P(ApplyCase, UidAndVersionInTheBodyArePreconditions) {
  const json secret = MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  json configuration = Entries({{"a", "Yg=="}});
  configuration["metadata"]["uid"] = "11111111-2222-4333-8444-555555555555";
  EXPECT_EQ(Apply(kSecrets, "a", configuration, "one").error().code, ErrorCode::kConflict);
  configuration["metadata"]["uid"] = UidOf(secret);
  configuration["metadata"]["resourceVersion"] = "1";
  EXPECT_EQ(Apply(kSecrets, "a", configuration, "one").error().code, ErrorCode::kConflict);
  EXPECT_EQ(MustGet(kSecrets, "a")["data"]["a"], "YQ==");
  configuration["metadata"]["resourceVersion"] = VersionOf(secret);
  EXPECT_EQ(MustApply(kSecrets, "a", configuration, "one")["data"]["a"], "Yg==");
}

TEST_P(ApplyCase, AUidForbidsCreationButAVersionDoesNot) {
  json configuration = Entries({{"a", "YQ=="}});
  configuration["metadata"]["uid"] = "11111111-2222-4333-8444-555555555555";
  EXPECT_EQ(Apply(kSecrets, "a", configuration, "one").error().ToString(),
            "Conflict: Operation cannot be fulfilled on secrets \"a\": uid mismatch: the provided "
            "object specified uid 11111111-2222-4333-8444-555555555555, and no existing object was "
            "found");
  EXPECT_TRUE(Gone(kSecrets, Key("a")));
  configuration = Entries({{"a", "YQ=="}});
  configuration["metadata"]["resourceVersion"] = "1";
  MustApply(kSecrets, "a", configuration, "one");
}

TEST_P(ApplyCase, SeveralConflictsAreListedByManager) {
  MustApply(kSecrets, "a", Entries({{"a", "YQ=="}, {"b", "Yg=="}}), "one");
  MustApply(kSecrets, "a", Entries({{"c", "Yw=="}}), "two");
  const json wanted = {{"a", "eA=="}, {"b", "eA=="}, {"c", "eA=="}};
  const Error error = Apply(kSecrets, "a", Entries(wanted), "three").error();
  EXPECT_EQ(error.code, ErrorCode::kConflict);
  EXPECT_EQ(error.message.find("Apply failed with 3 conflicts: conflicts with \"one\":"), 0u)
      << error.message;
  for (const char* path : {".data.a", ".data.b", ".data.c"}) {
    EXPECT_NE(error.message.find(path), std::string::npos) << error.message;
  }
}

TEST_P(ApplyCase, AManagerMustBeNamed) {
  const auto applied = Apply(kSecrets, "a", Entries({{"a", "YQ=="}}), "");
  EXPECT_EQ(applied.error().code, ErrorCode::kInvalidArgument);
}

TEST_P(ApplyCase, ADryRunAppliesNothing) {
  const json before = MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  const auto applied =
      client().Patch(kSecrets, Key("a"), PatchType::kApply, Entries({{"a", "Yg=="}}),
                     {.field_manager = "one", .dry_run = true}, {});
  ASSERT_TRUE(applied);
  EXPECT_EQ((*applied)["data"]["a"], "Yg==");
  EXPECT_EQ(MustGet(kSecrets, "a"), before);
}

TEST_P(ApplyCase, TemplateAnnotationsLiveBesideThoseOfOthers) {
  json deployment = Deployment("d");
  deployment["spec"]["template"]["metadata"]["annotations"] = {{"team", "payments"}};
  MustCreate(kDeployments, deployment);
  const json stamped = MustApply(
      kDeployments, "d",
      TemplateAnnotations({{"revision.keysteward.dev/a", "1"}, {"revision.keysteward.dev/b", "1"}}),
      "keysteward");
  EXPECT_EQ(TemplateOf(stamped), json({{"team", "payments"},
                                       {"revision.keysteward.dev/a", "1"},
                                       {"revision.keysteward.dev/b", "1"}}));
  EXPECT_EQ(stamped["metadata"]["generation"], 2);
  const json again = MustApply(
      kDeployments, "d", TemplateAnnotations({{"revision.keysteward.dev/b", "2"}}), "keysteward");
  EXPECT_EQ(TemplateOf(again), json({{"team", "payments"}, {"revision.keysteward.dev/b", "2"}}));
  EXPECT_EQ(again["metadata"]["generation"], 3);
  EXPECT_EQ(again["spec"]["template"]["spec"]["containers"].size(), 1u);
}

TEST_P(ApplyCase, AnAnnotationOfOursDoesNotConflictWithTheUsersApply) {
  json users = Deployment("d");
  users["metadata"].erase("namespace");
  MustApply(kDeployments, "d", users, "kubectl");
  MustApply(kDeployments, "d", TemplateAnnotations({{"revision.keysteward.dev/a", "1"}}),
            "keysteward");
  users["spec"]["template"]["spec"]["containers"][0]["image"] = "example.invalid/web:2";
  const json again = MustApply(kDeployments, "d", users, "kubectl");
  EXPECT_EQ(TemplateOf(again), json({{"revision.keysteward.dev/a", "1"}}));
  EXPECT_EQ(again["spec"]["template"]["spec"]["containers"][0]["image"], "example.invalid/web:2");
}

TEST_P(ApplyCase, KeyedListsMergeByTheirKey) {
  MustCreate(kDeployments, Deployment("d"));
  json configuration = Identity(kDeployments, "d");
  json& container = configuration["spec"]["template"]["spec"]["containers"][0];
  container = {{"name", "web"},
               {"env", {{{"name", "A"}, {"value", "1"}}, {{"name", "B"}, {"value", "1"}}}}};
  MustApply(kDeployments, "d", configuration, "one");
  container["env"] = {{{"name", "B"}, {"value", "2"}}};
  const json deployment = MustApply(kDeployments, "d", configuration, "one");
  const json& live = deployment["spec"]["template"]["spec"]["containers"];
  ASSERT_EQ(live.size(), 1u);
  EXPECT_EQ(live[0]["image"], "example.invalid/web:1");
  EXPECT_EQ(live[0]["env"], json::parse(R"([{"name":"B","value":"2"}])"));
}

TEST_P(ApplyCase, AnItemOfAListConflictsByItsKey) {
  MustCreate(kDeployments, Deployment("d"));
  json configuration = Identity(kDeployments, "d");
  configuration["spec"]["template"]["spec"]["containers"] = {
      {{"name", "web"}, {"image", "example.invalid/web:2"}}};
  EXPECT_EQ(Apply(kDeployments, "d", configuration, "one").error().ToString(),
            "Conflict: Apply failed with 1 conflict: conflict with \"creator\" using apps/v1: "
            ".spec.template.spec.containers[name=\"web\"].image");
}

TEST_P(ApplyCase, ConditionsMergeByType) {
  MustCreate(kManagedCredentials, Credential("c"));
  const auto apply = [&](const std::string& type, const std::string& manager) {
    json configuration = Identity(kManagedCredentials, "c");
    configuration["status"]["conditions"] = {{{"type", type},
                                              {"status", "True"},
                                              {"reason", "Because"},
                                              {"message", ""},
                                              {"lastTransitionTime", "2026-01-01T00:00:00Z"}}};
    return client().Patch(kManagedCredentials, Key("c"), PatchType::kApply, configuration,
                          {.subresource = "status", .field_manager = manager}, {});
  };
  ASSERT_TRUE(apply("Ready", "one"));
  const auto applied = apply("Compliant", "two");
  ASSERT_TRUE(applied) << applied.error().ToString();
  EXPECT_EQ((*applied)["status"]["conditions"].size(), 2u);
  const auto moved = apply("Stalled", "two");
  ASSERT_TRUE(moved);
  json types = json::array();
  for (const json& condition : (*moved)["status"]["conditions"]) types.push_back(condition["type"]);
  std::sort(types.begin(), types.end());
  EXPECT_EQ(types, json({"Ready", "Stalled"}));
}

TEST_P(ApplyCase, StatusIsAppliedThroughItsSubresourceOnly) {
  json configuration = Credential("c");
  configuration["metadata"].erase("namespace");
  configuration["status"]["lastGeneration"] = 7;
  const json created = MustApply(kManagedCredentials, "c", configuration, "one");
  EXPECT_NE(created.value("/status/lastGeneration"_json_pointer, 0), 7);
  configuration["spec"]["lifetime"] = "999h";
  const auto applied =
      client().Patch(kManagedCredentials, Key("c"), PatchType::kApply, configuration,
                     {.subresource = "status", .field_manager = "one"}, {});
  ASSERT_TRUE(applied) << applied.error().ToString();
  EXPECT_EQ((*applied)["status"]["lastGeneration"], 7);
  EXPECT_EQ((*applied)["spec"]["lifetime"], "720h");
  // The status entry is another owner than the spec entry of the same manager.
  configuration["spec"]["lifetime"] = "720h";
  const json main = MustApply(kManagedCredentials, "c", configuration, "one");
  EXPECT_EQ(main["status"]["lastGeneration"], 7);
}

TEST_P(ApplyCase, ApplyingTheStatusOfWhatIsNotThereIsNotFound) {
  json configuration = Identity(kManagedCredentials, "c");
  configuration["status"]["lastGeneration"] = 7;
  const auto applied =
      client().Patch(kManagedCredentials, Key("c"), PatchType::kApply, configuration,
                     {.subresource = "status", .field_manager = "one"}, {});
  EXPECT_EQ(applied.error().code, ErrorCode::kNotFound) << applied.error().ToString();
}

TEST_P(ApplyCase, AnEmptyConfigurationGivesEverythingBack) {
  MustCreate(kSecrets, Secret("a"));
  MustApply(kSecrets, "a", Annotations(kSecrets, "a", {{"x", "1"}, {"y", "1"}}), "one");
  const json secret = MustApply(kSecrets, "a", Identity(kSecrets, "a"), "one");
  EXPECT_FALSE(secret["metadata"].contains("annotations"));
  EXPECT_EQ(secret["data"].size(), 2u);
}

TEST_P(ApplyCase, FinalizersAreASet) {
  json configuration = Identity(kSecrets, "a");
  configuration["metadata"]["finalizers"] = {"keysteward.dev/one"};
  MustApply(kSecrets, "a", configuration, "one");
  configuration["metadata"]["finalizers"] = {"keysteward.dev/two"};
  const json both = MustApply(kSecrets, "a", configuration, "two");
  EXPECT_EQ(both["metadata"]["finalizers"].size(), 2u);
  configuration["metadata"].erase("finalizers");
  const json left = MustApply(kSecrets, "a", configuration, "one");
  EXPECT_EQ(left["metadata"]["finalizers"], json({"keysteward.dev/two"}));
  MustApply(kSecrets, "a", configuration, "two");
}

TEST_P(ApplyCase, OwnershipIsShownInManagedFields) {
  const json secret = MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  const json& entries = secret["metadata"]["managedFields"];
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0]["manager"], "one");
  EXPECT_EQ(entries[0]["operation"], "Apply");
  EXPECT_EQ(entries[0]["fieldsV1"], json::parse(R"({"f:data":{"f:a":{}}})"));
}

TEST_P(ApplyCase, AFieldThatItsOwnerGivesUpIsNoConflict) {
  MustApply(kSecrets, "a", Entries({{"a", "YQ=="}}), "one");
  ASSERT_TRUE(client().Patch(kSecrets, Key("a"), PatchType::kMerge, {{"data", {{"a", "Yg=="}}}},
                             {.field_manager = "two"}, {}));
  json owners = MustGet(kSecrets, "a")["metadata"]["managedFields"];
  owners.erase(std::remove_if(owners.begin(), owners.end(),
                              [](const json& entry) { return entry["manager"] == "two"; }),
               owners.end());
  // The API server keeps what it has when it is given none.
  if (owners.empty()) {
    owners = {{{"manager", "three"},
               {"operation", "Update"},
               {"apiVersion", "v1"},
               {"fieldsType", "FieldsV1"},
               {"fieldsV1", {{"f:metadata", {{"f:ownerReferences", json::object()}}}}}}};
  }
  ASSERT_TRUE(client().Patch(kSecrets, Key("a"), PatchType::kMerge,
                             {{"metadata", {{"managedFields", owners}}}}, {}, {}));
  const json secret = MustApply(kSecrets, "a", Entries({{"a", "Yw=="}}), "one");
  EXPECT_EQ(secret["data"], json({{"a", "Yw=="}}));
}

TEST_P(ApplyCase, OwnerReferencesMergeByUid) {
  const json owner = MustCreate(kSecrets, Secret("owner"));
  json configuration = Entries({{"a", "YQ=="}});
  configuration["metadata"]["ownerReferences"] = {
      {{"apiVersion", "v1"}, {"kind", "Secret"}, {"name", "owner"}, {"uid", UidOf(owner)}}};
  MustApply(kSecrets, "a", configuration, "one");
  configuration["metadata"]["ownerReferences"][0]["blockOwnerDeletion"] = true;
  const json secret = MustApply(kSecrets, "a", configuration, "one");
  EXPECT_EQ(secret["metadata"]["ownerReferences"].size(), 1u);
}

}  // namespace
}  // namespace keysteward::kube
