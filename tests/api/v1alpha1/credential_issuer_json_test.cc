// Every member that both issuer kinds share, read into the field it belongs to, and the defaults.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/v1alpha1/credential_issuer_types.h"
#include "tests/api/v1alpha1/read_part.h"
#include "tests/builders/credential_issuer_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::ClusterCredentialIssuerBuilder;
using builders::CredentialIssuerBuilder;
using nlohmann::json;
using std::chrono::seconds;

TEST(CredentialIssuerJson, AbsentMembersHaveTheirDefaults) {
  const json object = {{"kind", "CredentialIssuer"}, {"spec", {{"generated", json::object()}}}};
  const CredentialIssuer issuer = Decode<CredentialIssuer>(object).value();
  ASSERT_TRUE(issuer.spec.generated);
  EXPECT_FALSE(issuer.spec.http);
  EXPECT_EQ(issuer.spec.generated->length, 40);
  EXPECT_EQ(issuer.spec.generated->alphabet, kAlphanumeric);
  EXPECT_EQ(issuer.spec.rate_limit, (RateLimit{10, 20}));
  EXPECT_EQ(issuer.spec.max_live_keys, 3);
  EXPECT_EQ(issuer.spec.max_credentials_per_namespace, std::nullopt);
  EXPECT_EQ(issuer.spec.consistency_window, std::chrono::seconds(60));
  EXPECT_TRUE(issuer.spec.Parameters().empty());
}

TEST(CredentialIssuerJson, TheBuildersObjectSurvives) {
  const CredentialIssuer issuer = CredentialIssuerBuilder().Build();
  EXPECT_EQ(Decode<CredentialIssuer>(ToJson(issuer)).value().spec, issuer.spec);
}

TEST(CredentialIssuerJson, StatusCodesAreBounded) {
  for (const json& codes : {json{99}, json{600}, json{"200"}, json(200), json{200.5}}) {
    json object = CredentialIssuerBuilder().BuildJson();
    object["spec"]["http"]["probe"]["live"] = codes;
    const Result<CredentialIssuer> decoded = Decode<CredentialIssuer>(object);
    ASSERT_FALSE(decoded) << codes;
    EXPECT_NE(decoded.error().message.find("spec.http.probe.live: must "), std::string::npos)
        << decoded.error().message;
  }
}

TEST(ClusterCredentialIssuerJson, NoSelectorNeverReadsAsAllNamespaces) {
  json object = ClusterCredentialIssuerBuilder().BuildJson();
  object["spec"].erase("allowedNamespaces");
  const Result<ClusterCredentialIssuer> decoded = Decode<ClusterCredentialIssuer>(object);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message,
            "ClusterCredentialIssuer: spec.allowedNamespaces: is required: {} means all "
            "namespaces");
}

TEST(ClusterCredentialIssuerJson, SelectsNamespacesByLabel) {
  const ClusterCredentialIssuer issuer =
      ClusterCredentialIssuerBuilder().ForNamespacesWith("team", "payments").Build();
  const ClusterCredentialIssuer again = Decode<ClusterCredentialIssuer>(ToJson(issuer)).value();
  EXPECT_EQ(again.spec, issuer.spec);
  EXPECT_TRUE(again.spec.allowed_namespaces.Matches({{"team", "payments"}}));
  EXPECT_FALSE(again.spec.allowed_namespaces.Matches({{"team", "mail"}}));
}

TEST(CredentialIssuerSpecJson, EveryMemberThatBothKindsShare) {
  const auto spec = ReadSpec<CredentialIssuer>(R"({
      "generated": {"length": 48, "alphabet": "abcdefghij"},
      "rateLimit": {"requestsPerSecond": 1, "burst": 2}, "maxLiveKeys": 4,
      "maxCredentialsPerNamespace": 5, "consistencyWindow": "6s", "timeout": "7s"})");
  ASSERT_TRUE(spec.generated);
  EXPECT_EQ(*spec.generated, (GeneratedIssuer{48, "abcdefghij", std::nullopt}));
  EXPECT_FALSE(spec.http);
  EXPECT_EQ(spec.rate_limit, (RateLimit{1, 2}));
  EXPECT_EQ(spec.max_live_keys, 4);
  EXPECT_EQ(spec.max_credentials_per_namespace, 5);
  EXPECT_EQ(spec.consistency_window, seconds(6));
  EXPECT_EQ(spec.timeout, seconds(7));
}

TEST(CredentialIssuerSpecJson, AGeneratedKeysProbeIsOneObjectWithItsEndpoint) {
  const char* text = R"({"generated": {"length": 40, "alphabet": "abc", "probe": {
      "baseURL": "https://checker.example", "caBundle": "PEM",
      "request": {"method": "GET", "path": "/check",
                  "headers": [{"name": "X-Key", "value": "${key}"}]},
      "live": [204], "refused": [401], "id": "/id"}}})";
  const auto spec = ReadSpec<CredentialIssuer>(text);
  ASSERT_TRUE(spec.generated && spec.generated->probe);
  EXPECT_EQ(spec.generated->probe->base_url, "https://checker.example");
  EXPECT_EQ(spec.generated->probe->ca_bundle, "PEM");
  EXPECT_EQ(spec.generated->probe->probe.live, std::vector<int>{204});
  EXPECT_EQ(spec.generated->probe->probe.refused, std::vector<int>{401});
  EXPECT_EQ(ToJson(spec)["generated"], json::parse(text)["generated"]);
}

TEST(ClusterCredentialIssuerSpecJson, PrivateAddressesAreAllowedOnlyInWords) {
  const char* text = R"({"generated": {}, "allowedNamespaces": {}, "allowPrivateAddresses": true})";
  EXPECT_TRUE(ReadSpec<ClusterCredentialIssuer>(text).allow_private_addresses);
  EXPECT_FALSE(ReadSpec<ClusterCredentialIssuer>(R"({"generated": {}, "allowedNamespaces": {}})")
                   .allow_private_addresses);
  EXPECT_EQ(Decode<ClusterCredentialIssuer>(json::parse(R"({"spec": {"allowedNamespaces": {},
      "allowPrivateAddresses": "true"}})"))
                .error()
                .message,
            "ClusterCredentialIssuer: spec.allowPrivateAddresses: must be true or false");
}

TEST(CredentialIssuerSpecJson, OnlyTheClusterKindMayReachPrivateAddresses) {
  const auto spec = ReadSpec<CredentialIssuer>(
      R"({"generated": {}, "allowPrivateAddresses": true, "allowedNamespaces": {}})");
  EXPECT_FALSE(ToJson(spec).contains("allowPrivateAddresses"));
  EXPECT_FALSE(ToJson(spec).contains("allowedNamespaces"));
}

TEST(IssuerStatusJson, EveryMemberStandsInItsOwnField) {
  const auto issuer =
      WithStatus<CredentialIssuer>(CredentialIssuerBuilder().BuildJson(),
                                   R"({"observedGeneration": 1, "type": "HTTP", "credentials": 2,
          "conditions": [{"type": "Ready", "status": "True"}]})")
          .status;
  EXPECT_EQ(issuer.observed_generation, 1);
  EXPECT_EQ(issuer.type, "HTTP");
  EXPECT_EQ(issuer.credentials, 2);
  EXPECT_TRUE(IsTrue(issuer.conditions, "Ready"));
}

TEST(IssuerStatusJson, BeforeTheFirstLookNothingIsObserved) {
  EXPECT_EQ(ToJson(IssuerStatus{}), (json{{"observedGeneration", -1}, {"credentials", 0}}));
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
