#include "kube/client/request.h"

#include <gtest/gtest.h>

#include "tests/kube/client/kinds.h"

namespace keysteward::kube {
namespace {

using http::FindHeader;
using http::HttpRequest;
using nlohmann::json;

TEST(ResourcePathTest, EachShapeOfPathIsTheOneOfTheApi) {
  EXPECT_EQ(ResourcePath(kSecrets, {"payments", "stripe-live"}),
            "/api/v1/namespaces/payments/secrets/stripe-live");
  EXPECT_EQ(ResourcePath(kSecrets, {"payments", ""}), "/api/v1/namespaces/payments/secrets");
  EXPECT_EQ(ResourcePath(kSecrets, {}), "/api/v1/secrets");
  EXPECT_EQ(ResourcePath(kNamespaces, {"", "payments"}), "/api/v1/namespaces/payments");
  EXPECT_EQ(ResourcePath(kDeployments, {"payments", "api"}, "status"),
            "/apis/apps/v1/namespaces/payments/deployments/api/status");
}

TEST(ResourcePathTest, PartsAreEncodedSoThatNoNameReachesAnotherObject) {
  EXPECT_EQ(ResourcePath(kSecrets, {"a/b", "c?d=e"}), "/api/v1/namespaces/a%2Fb/secrets/c%3Fd%3De");
}

TEST(ObjectKeyTest, AnEmptyPartIsRefusedBecauseItWouldAddressTheCollection) {
  EXPECT_EQ(CheckObjectKey(kSecrets, {"payments", ""}).error().message,
            "secrets: the name is empty");
  EXPECT_EQ(CheckObjectKey(kSecrets, {"", "a"}).error().message,
            "secrets \"a\": the namespace is empty");
  EXPECT_EQ(CheckObjectKey(kNamespaces, {"x", "a"}).error().message,
            "namespaces \"a\": the kind has no namespace");
  EXPECT_TRUE(CheckObjectKey(kSecrets, {"payments", "a"}));
  EXPECT_TRUE(CheckObjectKey(kNamespaces, {"", "a"}));
}

TEST(ObjectKeyTest, PathTricksAreNotNames) {
  for (const char* name : {".", "..", "a/b", "../secrets/b"}) {
    EXPECT_EQ(CheckObjectKey(kSecrets, {"payments", name}).error().code,
              ErrorCode::kInvalidArgument)
        << name;
  }
}

TEST(BuildTest, AListPageAsksForItsSizeAndSelectors) {
  const HttpRequest request =
      BuildListPage(kSecrets, {.label_selector = "a=b,c", .field_selector = "type!=x"}, "");
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target,
            "/api/v1/secrets?labelSelector=a%3Db%2Cc&fieldSelector=type%21%3Dx&limit=500");
  EXPECT_EQ(FindHeader(request.headers, "accept"), "application/json");
  EXPECT_EQ(request.body, "");
}

TEST(BuildTest, AContinuedPageLeavesTheResourceVersionOut) {
  const ListOptions options{.namespace_name = "p", .limit = 2, .resource_version = "0"};
  EXPECT_EQ(BuildListPage(kSecrets, options, "").target,
            "/api/v1/namespaces/p/secrets?limit=2&resourceVersion=0");
  EXPECT_EQ(BuildListPage(kSecrets, options, "a+b=").target,
            "/api/v1/namespaces/p/secrets?limit=2&continue=a%2Bb%3D");
}

TEST(BuildTest, MetadataOnlyNeverFallsBackToWholeObjects) {
  const HttpRequest list = BuildListPage(kSecrets, {.metadata_only = true}, "");
  EXPECT_EQ(FindHeader(list.headers, "Accept"),
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  const HttpRequest watch = BuildWatch(kSecrets, {.resource_version = "7", .metadata_only = true});
  EXPECT_EQ(FindHeader(watch.headers, "Accept"),
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
}

TEST(BuildTest, AWatchAsksForBookmarksAndAnEnd) {
  const HttpRequest request = BuildWatch(kPods, {.namespace_name = "p", .resource_version = "42"});
  EXPECT_EQ(request.target,
            "/api/v1/namespaces/p/pods?watch=true&allowWatchBookmarks=true&resourceVersion=42"
            "&timeoutSeconds=45");
}

TEST(BuildTest, WritesCarryTheirBodyTypeAndManager) {
  const json secret = {{"kind", "Secret"}};
  const HttpRequest create =
      BuildCreate(kSecrets, "p", secret, {.field_manager = "keysteward", .dry_run = true});
  EXPECT_EQ(create.method, "POST");
  EXPECT_EQ(create.target, "/api/v1/namespaces/p/secrets?fieldManager=keysteward&dryRun=All");
  EXPECT_EQ(FindHeader(create.headers, "Content-Type"), "application/json");
  EXPECT_EQ(create.body, R"({"kind":"Secret"})");
  const HttpRequest update =
      BuildUpdate(kDeployments, {"p", "a"}, secret, {.subresource = "status"});
  EXPECT_EQ(update.method, "PUT");
  EXPECT_EQ(update.target, "/apis/apps/v1/namespaces/p/deployments/a/status");
}

TEST(BuildTest, EachPatchTypeHasItsContentType) {
  const auto type_of = [](PatchType type) {
    const HttpRequest request = BuildPatch(kSecrets, {"p", "a"}, type, json::array(), {});
    EXPECT_EQ(request.method, "PATCH");
    return std::string(FindHeader(request.headers, "Content-Type"));
  };
  EXPECT_EQ(type_of(PatchType::kJson), "application/json-patch+json");
  EXPECT_EQ(type_of(PatchType::kMerge), "application/merge-patch+json");
  EXPECT_EQ(type_of(PatchType::kApply), "application/apply-patch+yaml");
}

TEST(BuildTest, ForceIsSentWithApplyOnly) {
  const PatchOptions options{.field_manager = "m", .force = true};
  EXPECT_EQ(BuildPatch(kSecrets, {"p", "a"}, PatchType::kApply, {}, options).target,
            "/api/v1/namespaces/p/secrets/a?fieldManager=m&force=true");
  EXPECT_EQ(BuildPatch(kSecrets, {"p", "a"}, PatchType::kMerge, {}, options).target,
            "/api/v1/namespaces/p/secrets/a?fieldManager=m");
}

TEST(BuildTest, ADeleteStatesItsPreconditions) {
  const HttpRequest plain = BuildDelete(kSecrets, {"p", "a"}, {});
  EXPECT_EQ(plain.method, "DELETE");
  EXPECT_EQ(json::parse(plain.body), json::parse(R"({"apiVersion":"v1","kind":"DeleteOptions",
      "propagationPolicy":"Background"})"));
  const HttpRequest guarded =
      BuildDelete(kSecrets, {"p", "a"}, {.uid = "u", .resource_version = "7", .propagation = ""});
  EXPECT_EQ(json::parse(guarded.body), json::parse(R"({"apiVersion":"v1","kind":"DeleteOptions",
      "preconditions":{"uid":"u","resourceVersion":"7"}})"));
}

}  // namespace
}  // namespace keysteward::kube
