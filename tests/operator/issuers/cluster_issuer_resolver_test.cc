// Issuer objects, admin Secrets, host rules and copies of issuers.
#include "operator/issuers/cluster_issuer_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/operator/issuers/resolver_fixture.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::IssuerKind;
using builders::ClusterCredentialIssuerBuilder;
using builders::CredentialIssuerBuilder;
using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;
using testing::Not;

const api::Resource& kSecrets = api::KindOf<api::core::Secret>::resource;

TEST_F(ResolverTest, AnIssuerIsBuiltOnceAndItsAdminSecretReadAgainAfterThirtySeconds) {
  EXPECT_EQ(Refusal(kAcme), "resolved");
  EXPECT_EQ(Refusal(kAcme), "resolved");
  EXPECT_EQ(made, 1);
  rig.clock.Advance(30s);
  EXPECT_EQ(Refusal(kAcme), "resolved");
  EXPECT_EQ(made, 2);
}

TEST_F(ResolverTest, ANewSpecIsTakenAtOnce) {
  ASSERT_EQ(Refusal(kAcme), "resolved");
  Put(CredentialIssuerBuilder("acme").With([](auto& i) { i.metadata.generation = 2; }).Build());
  ASSERT_EQ(Refusal(kAcme), "resolved");
  EXPECT_EQ(made, 2);
}

TEST_F(ResolverTest, EachRuleRefusesWithItsReasonAndTheWayOut) {
  EXPECT_EQ(Refusal({IssuerKind::kCredentialIssuer, "none"}),
            "IssuerNotFound: there is no CredentialIssuer none in namespace payments");
  EXPECT_EQ(Refusal(kAcme, "other"),
            "IssuerNotFound: there is no CredentialIssuer acme in namespace other");
  EXPECT_EQ(Refusal(kClusterAcme), "IssuerNotFound: there is no ClusterCredentialIssuer acme");
  PutAdmin("payments", json::object());
  EXPECT_EQ(Refusal(kAcme),
            "AdminSecretNotLabelled: Secret payments/acme-admin lacks label "
            "keysteward.dev/issuer-credential=true, by which its owner lets an issuer use it");
  PutAdmin("payments", {{"keysteward.dev/issuer-credential", "true"}}, "other");
  EXPECT_EQ(Refusal(kAcme), "AdminSecretKeyMissing: Secret payments/acme-admin has no entry token");
  ASSERT_TRUE(rig.server.Delete(kSecrets, {"payments", "acme-admin"}, {}, {}));
  EXPECT_EQ(
      Refusal(kAcme),
      "AdminSecretMissing: Secret payments/acme-admin does not exist; create it with entry token");
}

TEST_F(ResolverTest, OnlyListedHostsMayBeNamedByANamespace) {
  for (const char* url : {"https://evil.example/v1", "https://api.acme.example.evil.example/",
                          "https://169.254.169.254/latest"}) {
    Put(CredentialIssuerBuilder("acme").At(url).Build());
    EXPECT_THAT(Refusal(kAcme), HasSubstr("HostNotAllowed: host ")) << url;
    EXPECT_THAT(Refusal(kAcme), HasSubstr("issuers.allowedHosts"));
  }
  EXPECT_EQ(made, 0);
}

TEST_F(ResolverTest, PrivateAddressesNeedTheRuleThatAllowsThem) {
  ASSERT_EQ(Refusal(kAcme), "resolved");
  EXPECT_FALSE(policy.allow_private);
  Put(CredentialIssuerBuilder("acme")
          .At("https://keys.local/v1")
          .With([](auto& i) { i.metadata.generation = 2; })
          .Build());
  ASSERT_EQ(Refusal(kAcme), "resolved");
  EXPECT_TRUE(policy.allow_private);
}

TEST_F(ResolverTest, AClusterIssuerServesOnlyMatchingNamespacesAndReadsOurSecret) {
  Put(ClusterCredentialIssuerBuilder("acme").ForNamespacesWith("team", "payments").Build());
  EXPECT_THAT(Refusal(kClusterAcme),
              HasSubstr("AdminSecretMissing: Secret keysteward-system/acme-admin"));
  PutAdmin("keysteward-system", json::object());
  EXPECT_EQ(Refusal(kClusterAcme), "resolved");
  EXPECT_EQ(Refusal(kClusterAcme, "other"),
            "NamespaceNotAllowed: ClusterCredentialIssuer acme does not serve namespace other: "
            "spec.allowedNamespaces does not match its labels");
}

TEST_F(ResolverTest, ANamespaceThatLostItsLabelIsRefusedAtOnce) {
  Put(ClusterCredentialIssuerBuilder("acme").ForNamespacesWith("team", "payments").Build());
  PutAdmin("keysteward-system", json::object());
  ASSERT_EQ(Refusal(kClusterAcme), "resolved");
  namespaces.Replace({});
  EXPECT_THAT(Refusal(kClusterAcme), HasSubstr("NamespaceNotAllowed"));
}

TEST_F(ResolverTest, NoRefusalQuotesTheAdminCredential) {
  Put(CredentialIssuerBuilder("acme").At("https://evil.example").Build());
  EXPECT_THAT(Refusal(kAcme), Not(HasSubstr("admin_value")));
}

TEST_F(ResolverTest, TheCopyOutlivesIssuerAndNamespace) {
  ASSERT_EQ(Refusal(kAcme), "resolved");
  issuers.Replace({});
  const auto issuer = resolver.FromSnapshot(SnapshotName("uid-acme"), {});
  ASSERT_TRUE(issuer) << issuer.error().ToString();
  EXPECT_TRUE((*issuer)->capabilities().lists);
}

TEST_F(ResolverTest, ACopyReadsBackWhole) {
  IssuerCopy copy{.name = "payments/acme",
                  .issuer_uid = "u1",
                  .spec = CredentialIssuerBuilder("acme").Build().spec,
                  .admin = SecretBytes::CopyOf("admin_value"),
                  .allow_private = true};
  ASSERT_TRUE(SaveSnapshot(rig.server, "keysteward-system", copy, {}));
  const auto loaded = LoadSnapshot(rig.server, {"keysteward-system", "issuer-u1"}, {});
  ASSERT_TRUE(loaded) << loaded.error().ToString();
  EXPECT_EQ(loaded->spec, copy.spec);
  EXPECT_EQ(loaded->name, "payments/acme");
  EXPECT_EQ(loaded->admin.view(), "admin_value");
  EXPECT_TRUE(loaded->allow_private);
}

TEST_F(ResolverTest, TheSameCopyAgainChangesNothing) {
  IssuerCopy copy{
      .name = "n", .issuer_uid = "u1", .spec = CredentialIssuerBuilder("acme").Build().spec};
  ASSERT_TRUE(SaveSnapshot(rig.server, "keysteward-system", copy, {}));
  const int64_t before = rig.server.revision();
  ASSERT_TRUE(SaveSnapshot(rig.server, "keysteward-system", copy, {}));
  EXPECT_EQ(rig.server.revision(), before);
}

TEST_F(ResolverTest, AMissingCopySaysSo) {
  const auto issuer = resolver.FromSnapshot("issuer-none", {});
  ASSERT_FALSE(issuer);
  EXPECT_THAT(issuer.error().message, HasSubstr("read copy of issuer"));
}

TEST_F(ResolverTest, AnIssuerOfNeitherKindIsRefused) {
  Put(CredentialIssuerBuilder("acme").With([](auto& i) { i.spec.http.reset(); }).Build());
  EXPECT_THAT(Refusal(kAcme), HasSubstr("spec has neither generated nor http"));
}

}  // namespace
}  // namespace keysteward::op
