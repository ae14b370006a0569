// Create, update and delete.
#include "tests/conformance/api_server/server_under_test.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

class WriteCase : public ApiServerCase {};
KS_FOR_BOTH_SERVERS(WriteCase);

TEST_P(WriteCase, ANewObjectGetsUidVersionAndTime) {
  const json secret = MustCreate(kSecrets, Secret("a"));
  EXPECT_EQ(UidOf(secret).size(), 36u);
  EXPECT_FALSE(VersionOf(secret).empty());
  EXPECT_EQ(secret["metadata"]["creationTimestamp"].get<std::string>().size(), 20u);
  EXPECT_EQ(secret["type"], "Opaque");
  EXPECT_EQ(secret["kind"], "Secret");
  EXPECT_EQ(MustGet(kSecrets, "a"), secret);
}

TEST_P(WriteCase, CreatingTwiceIsAlreadyExists) {
  MustCreate(kSecrets, Secret("a"));
  EXPECT_EQ(client().Create(kSecrets, Secret("a"), {}, {}).error().ToString(),
            "AlreadyExists: secrets \"a\" already exists");
  MustCreate(kDeployments, Deployment("d"));
  EXPECT_EQ(client().Create(kDeployments, Deployment("d"), {}, {}).error().ToString(),
            "AlreadyExists: deployments.apps \"d\" already exists");
}

TEST_P(WriteCase, AGeneratedNameIsAPrefixAndFiveCharacters) {
  json secret = Secret("");
  secret["metadata"].erase("name");
  secret["metadata"]["generateName"] = "gen-";
  const std::string one = MustCreate(kSecrets, secret)["metadata"]["name"];
  const std::string two = MustCreate(kSecrets, secret)["metadata"]["name"];
  EXPECT_EQ(one.substr(0, 4), "gen-");
  EXPECT_EQ(one.size(), 9u);
  EXPECT_NE(one, two);
}

TEST_P(WriteCase, AnObjectWithoutANameIsInvalid) {
  json secret = Secret("");
  secret["metadata"].erase("name");
  const Error error = client().Create(kSecrets, secret, {}, {}).error();
  EXPECT_EQ(error.ToString(),
            "InvalidArgument: Secret \"\" is invalid: metadata.name: Required value: name or "
            "generateName is required");
}

TEST_P(WriteCase, ANewObjectMayNotHaveAVersion) {
  json secret = Secret("a");
  secret["metadata"]["resourceVersion"] = "1";
  const Error error = client().Create(kSecrets, secret, {}, {}).error();
  EXPECT_EQ(error.message, "resourceVersion should not be set on objects to be created");
  EXPECT_TRUE(Gone(kSecrets, Key("a")));
}

TEST_P(WriteCase, TheNamespaceMustExist) {
  json secret = Secret("a");
  secret["metadata"]["namespace"] = "no-such-namespace";
  EXPECT_EQ(client().Create(kSecrets, secret, {}, {}).error().ToString(),
            "NotFound: namespaces \"no-such-namespace\" not found");
}

TEST_P(WriteCase, AnotherKindOrVersionIsRefused) {
  json secret = Secret("a");
  secret["kind"] = "ConfigMap";
  EXPECT_EQ(client().Create(kSecrets, secret, {}, {}).error().code, ErrorCode::kInvalidArgument);
  json deployment = Deployment("d");
  deployment["apiVersion"] = "apps/v1beta1";
  EXPECT_EQ(client().Create(kDeployments, deployment, {}, {}).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_P(WriteCase, StringDataBecomesData) {
  json secret = Secret("a");
  secret["stringData"] = {{"b", "new"}, {"c", "c"}};
  const json created = MustCreate(kSecrets, secret);
  EXPECT_EQ(created["data"], json({{"a", "YQ=="}, {"b", "bmV3"}, {"c", "Yw=="}}));
  EXPECT_FALSE(created.contains("stringData"));
}

TEST_P(WriteCase, ADryRunStoresNothing) {
  const auto created = client().Create(kSecrets, Secret("a"), {.dry_run = true}, {});
  ASSERT_TRUE(created);
  EXPECT_FALSE(UidOf(*created).empty());
  EXPECT_TRUE(Gone(kSecrets, Key("a")));
  json secret = MustCreate(kSecrets, Secret("a"));
  const json before = secret;
  secret["data"]["a"] = "Yg==";
  const auto updated = client().Update(kSecrets, secret, {.dry_run = true}, {});
  ASSERT_TRUE(updated);
  EXPECT_EQ((*updated)["data"]["a"], "Yg==");
  EXPECT_EQ(MustGet(kSecrets, "a"), before);
}

TEST_P(WriteCase, GenerationCountsSpecChangesOnlyWhereThereIsOne) {
  EXPECT_FALSE(MustCreate(kSecrets, Secret("a"))["metadata"].contains("generation"));
  EXPECT_FALSE(MustCreate(kLeases, Lease("l"))["metadata"].contains("generation"));
  json credential = MustCreate(kManagedCredentials, Credential("c"));
  EXPECT_EQ(credential["metadata"]["generation"], 1);
  credential["metadata"]["labels"]["x"] = "y";
  credential = *client().Update(kManagedCredentials, credential, {}, {});
  EXPECT_EQ(credential["metadata"]["generation"], 1);
  credential["spec"]["lifetime"] = "721h";
  credential = *client().Update(kManagedCredentials, credential, {}, {});
  EXPECT_EQ(credential["metadata"]["generation"], 2);
}

TEST_P(WriteCase, OurKindsStartWithTheStatusOfTheirSchema) {
  const json credential = MustCreate(kManagedCredentials, Credential("c"));
  EXPECT_EQ(credential["status"], json::parse(R"({"observedGeneration":-1})"));
}

TEST_P(WriteCase, AStaleVersionConflicts) {
  const json old = MustCreate(kSecrets, Secret("a"));
  json secret = old;
  secret["data"]["a"] = "Yg==";
  const auto updated = client().Update(kSecrets, secret, {}, {});
  ASSERT_TRUE(updated);
  EXPECT_NE(VersionOf(*updated), VersionOf(old));
  EXPECT_EQ(UidOf(*updated), UidOf(old));
  secret["data"]["a"] = "Yw==";
  EXPECT_EQ(
      client().Update(kSecrets, secret, {}, {}).error().ToString(),
      "Conflict: Operation cannot be fulfilled on secrets \"a\": the object has been modified; "
      "please apply your changes to the latest version and try again");
}

TEST_P(WriteCase, AnotherUidConflicts) {
  json secret = MustCreate(kSecrets, Secret("a"));
  const std::string uid = UidOf(secret);
  secret["metadata"]["uid"] = "11111111-2222-4333-8444-555555555555";
  const Error error = client().Update(kSecrets, secret, {}, {}).error();
  EXPECT_EQ(error.code, ErrorCode::kConflict);
  EXPECT_NE(error.message.find("Precondition failed: UID in precondition: "
                               "11111111-2222-4333-8444-555555555555, UID in object meta: " +
                               uid),
            std::string::npos)
      << error.message;
}

TEST_P(WriteCase, WhetherAVersionIsNeededDependsOnTheKind) {
  MustCreate(kSecrets, Secret("a"));
  EXPECT_TRUE(client().Update(kSecrets, Secret("a"), {}, {}));
  MustCreate(kLeases, Lease("l"));
  EXPECT_EQ(client().Update(kLeases, Lease("l"), {}, {}).error().code, ErrorCode::kInvalidArgument);
  MustCreate(kManagedCredentials, Credential("c"));
  const Error error = client().Update(kManagedCredentials, Credential("c"), {}, {}).error();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_NE(error.message.find("must be specified for an update"), std::string::npos)
      << error.message;
}

TEST_P(WriteCase, UpdatingWhatIsNotThereIsNotFoundExceptForLeases) {
  EXPECT_EQ(client().Update(kSecrets, Secret("a"), {}, {}).error().ToString(),
            "NotFound: secrets \"a\" not found");
  EXPECT_TRUE(client().Update(kLeases, Lease("l"), {}, {}));
  EXPECT_EQ(MustGet(kLeases, "l")["spec"]["holderIdentity"], "a");
}

TEST_P(WriteCase, AnUpdateThatChangesNothingKeepsTheVersion) {
  const json secret = MustCreate(kSecrets, Secret("a"));
  const auto updated = client().Update(kSecrets, secret, {.field_manager = "other"}, {});
  ASSERT_TRUE(updated);
  EXPECT_EQ(VersionOf(*updated), VersionOf(secret));
}

TEST_P(WriteCase, UsersCannotForgeWhatTheServerWrites) {
  json secret = MustCreate(kSecrets, Secret("a"));
  const json before = secret;
  secret["metadata"]["creationTimestamp"] = "2001-01-01T00:00:00Z";
  secret["metadata"]["generation"] = 77;
  secret["data"]["a"] = "Yg==";
  const auto updated = client().Update(kSecrets, secret, {}, {});
  ASSERT_TRUE(updated) << updated.error().ToString();
  EXPECT_EQ((*updated)["metadata"]["creationTimestamp"], before["metadata"]["creationTimestamp"]);
  EXPECT_FALSE((*updated)["metadata"].contains("generation"));
  secret = *updated;
  secret["metadata"]["deletionTimestamp"] = "2001-01-01T00:00:00Z";
  EXPECT_EQ(client().Update(kSecrets, secret, {}, {}).error().ToString(),
            "InvalidArgument: Secret \"a\" is invalid: metadata.deletionTimestamp: Invalid value: "
            "\"2001-01-01T00:00:00Z\": field is immutable");
}

TEST_P(WriteCase, TheMainResourceIgnoresStatusAndTheOtherWayRound) {
  json deployment = Deployment("d");
  deployment["status"]["observedGeneration"] = 99;
  deployment = MustCreate(kDeployments, deployment);
  EXPECT_NE(deployment.value("/status/observedGeneration"_json_pointer, 0), 99);

  json credential = MustCreate(kManagedCredentials, Credential("c"));
  credential["status"] = {{"observedGeneration", 5}};
  credential = *client().Update(kManagedCredentials, credential, {}, {});
  EXPECT_NE(credential.value("/status/observedGeneration"_json_pointer, 0), 5);

  credential["status"] = {{"observedGeneration", 5}};
  credential["spec"]["lifetime"] = "999h";
  credential["metadata"]["labels"]["x"] = "y";
  const auto updated =
      client().Update(kManagedCredentials, credential, {.subresource = "status"}, {});
  ASSERT_TRUE(updated) << updated.error().ToString();
  EXPECT_EQ((*updated)["status"]["observedGeneration"], 5);
  EXPECT_EQ((*updated)["spec"]["lifetime"], "720h");
  EXPECT_FALSE((*updated)["metadata"].contains("labels"));
  EXPECT_EQ((*updated)["metadata"]["generation"], 1);
}

TEST_P(WriteCase, KindsWithoutStatusHaveNoSuchSubresource) {
  const json secret = MustCreate(kSecrets, Secret("a"));
  EXPECT_EQ(client().Update(kSecrets, secret, {.subresource = "status"}, {}).error().ToString(),
            "NotFound: the server could not find the requested resource");
}

TEST_P(WriteCase, AnImmutableSecretKeepsItsDataButNotItsLabels) {
  json secret = Secret("a");
  secret["immutable"] = true;
  secret = MustCreate(kSecrets, secret);
  json changed = secret;
  changed["data"]["a"] = "Yg==";
  EXPECT_EQ(client().Update(kSecrets, changed, {}, {}).error().ToString(),
            "InvalidArgument: Secret \"a\" is invalid: data: Forbidden: field is immutable when "
            "`immutable` is set");
  changed = secret;
  changed["immutable"] = false;
  EXPECT_EQ(
      client().Update(kSecrets, changed, {}, {}).error().ToString(),
      "InvalidArgument: Secret \"a\" is invalid: immutable: Forbidden: field is immutable when "
      "`immutable` is set");
  changed = secret;
  changed["metadata"]["labels"]["x"] = "y";
  EXPECT_TRUE(client().Update(kSecrets, changed, {}, {}));
  EXPECT_TRUE(client().Delete(kSecrets, Key("a"), {}, {}));
}

TEST_P(WriteCase, DeletingWhatIsNotThereIsNotFound) {
  EXPECT_EQ(client().Delete(kSecrets, Key("a"), {}, {}).error().ToString(),
            "NotFound: secrets \"a\" not found");
}

TEST_P(WriteCase, ADeleteHonoursItsPreconditions) {
  const json secret = MustCreate(kSecrets, Secret("a"));
  const Error uid = client().Delete(kSecrets, Key("a"), {.uid = "other"}, {}).error();
  EXPECT_EQ(uid.ToString(),
            "Conflict: Operation cannot be fulfilled on Secret \"a\": the UID in the precondition "
            "(other) does not match the UID in record (" +
                UidOf(secret) + "). The object might have been deleted and then recreated");
  const Error version = client().Delete(kSecrets, Key("a"), {.resource_version = "1"}, {}).error();
  EXPECT_EQ(version.ToString(),
            "Conflict: Operation cannot be fulfilled on Secret \"a\": the ResourceVersion in the "
            "precondition (1) does not match the ResourceVersion in record (" +
                VersionOf(secret) + "). The object might have been modified");
  EXPECT_TRUE(client().Delete(kSecrets, Key("a"),
                              {.uid = UidOf(secret), .resource_version = VersionOf(secret)}, {}));
  EXPECT_TRUE(Gone(kSecrets, Key("a")));
}

TEST_P(WriteCase, ANewObjectOfTheSameNameHasAnotherUid) {
  const json first = MustCreate(kSecrets, Secret("a"));
  ASSERT_TRUE(client().Delete(kSecrets, Key("a"), {}, {}));
  EXPECT_NE(UidOf(MustCreate(kSecrets, Secret("a"))), UidOf(first));
}

TEST_P(WriteCase, AFinalizerHoldsADeletedObject) {
  json credential = Credential("c");
  credential["metadata"]["finalizers"] = {"keysteward.dev/hold"};
  credential = MustCreate(kManagedCredentials, credential);
  ASSERT_TRUE(client().Delete(kManagedCredentials, Key("c"), {}, {}));
  json held = MustGet(kManagedCredentials, "c");
  EXPECT_TRUE(held["metadata"].contains("deletionTimestamp"));
  EXPECT_EQ(held["metadata"]["deletionGracePeriodSeconds"], 0);
  EXPECT_EQ(held["metadata"]["generation"], 2);
  EXPECT_NE(VersionOf(held), VersionOf(credential));

  ASSERT_TRUE(client().Delete(kManagedCredentials, Key("c"), {}, {}));
  EXPECT_EQ(VersionOf(MustGet(kManagedCredentials, "c")), VersionOf(held));
  EXPECT_EQ(client().Create(kManagedCredentials, Credential("c"), {}, {}).error().code,
            ErrorCode::kAlreadyExists);

  held["metadata"]["annotations"]["x"] = "y";
  held = *client().Update(kManagedCredentials, held, {}, {});
  held["metadata"].erase("finalizers");
  ASSERT_TRUE(client().Update(kManagedCredentials, held, {}, {}));
  EXPECT_TRUE(Gone(kManagedCredentials, Key("c")));
}

TEST_P(WriteCase, NoFinalizerIsAddedToADeletedObject) {
  json secret = Secret("a");
  secret["metadata"]["finalizers"] = {"keysteward.dev/hold"};
  MustCreate(kSecrets, secret);
  ASSERT_TRUE(client().Delete(kSecrets, Key("a"), {}, {}));
  json held = MustGet(kSecrets, "a");
  held["metadata"]["finalizers"].push_back("keysteward.dev/late");
  EXPECT_EQ(client().Update(kSecrets, held, {}, {}).error().ToString(),
            "InvalidArgument: Secret \"a\" is invalid: metadata.finalizers: Forbidden: no new "
            "finalizers can be added if the object is being deleted, found new finalizers "
            "[]string{\"keysteward.dev/late\"}");
  held["metadata"]["finalizers"] = json::array();
  ASSERT_TRUE(client().Update(kSecrets, held, {}, {}));
}

TEST_P(WriteCase, VersionsAreOneCounterForAllKinds) {
  const int64_t first = std::stoll(VersionOf(MustCreate(kSecrets, Secret("a"))));
  const int64_t second = std::stoll(VersionOf(MustCreate(kLeases, Lease("l"))));
  EXPECT_LT(first, second);
}

TEST_P(WriteCase, ReadinessAndVersionAreRawPaths) {
  EXPECT_EQ(client().GetRaw("/readyz", {}).value_or(""), "ok");
  const auto version = client().GetRaw("/version", {});
  ASSERT_TRUE(version);
  EXPECT_EQ(json::parse(*version)["major"], "1");
  EXPECT_EQ(client().GetRaw("/no-such-path", {}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace keysteward::kube
