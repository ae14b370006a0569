// Issuer objects, admin Secrets, host rules, copies of issuers, and the condition Ready of an
// issuer.
#include "operator/issuers/cluster_issuer_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/core/secret_types.h"
#include "common/base64.h"
#include "operator/issuers/generated/generated_issuer.h"
#include "operator/reconcilers/issuer_reconciler.h"
#include "tests/builders/credential_issuer_builder.h"
#include "tests/fakes/fake_transport.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::ClusterCredentialIssuer;
using api::v1alpha1::CredentialIssuer;
using api::v1alpha1::IssuerKind;
using api::v1alpha1::IssuerRef;
using builders::ClusterCredentialIssuerBuilder;
using builders::CredentialIssuerBuilder;
using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;
using testing::Not;

const IssuerRef kAcme{IssuerKind::kCredentialIssuer, "acme"};
const IssuerRef kClusterAcme{IssuerKind::kClusterCredentialIssuer, "acme"};
const api::Resource& kSecrets = api::KindOf<api::core::Secret>::resource;

class ResolverTest : public testing::Test {
 protected:
  ResolverTest() {
    Put(CredentialIssuerBuilder("acme").Build());
    PutAdmin("payments", {{"keysteward.dev/issuer-credential", "true"}});
    api::core::Namespace space;
    space.metadata.name = "payments";
    space.metadata.labels = {{"team", "payments"}};
    namespaces.Replace({std::make_shared<const api::core::Namespace>(space)});
  }
  void Put(const CredentialIssuer& issuer) {
    issuers.Replace({std::make_shared<const CredentialIssuer>(issuer)});
  }
  void Put(const ClusterCredentialIssuer& issuer) {
    cluster_issuers.Replace({std::make_shared<const ClusterCredentialIssuer>(issuer)});
  }
  void PutAdmin(const std::string& space, const json& labels, const std::string& entry = "token") {
    (void)rig.server.Delete(kSecrets, {space, "acme-admin"}, {}, {});
    ASSERT_TRUE(rig.server.Create(
        kSecrets,
        {{"apiVersion", "v1"},
         {"kind", "Secret"},
         {"metadata", {{"name", "acme-admin"}, {"namespace", space}, {"labels", labels}}},
         {"data", {{entry, Base64Encode("admin_value")}}}},
        {}, {}));
  }
  std::string Refusal(const IssuerRef& reference, const std::string& space = "payments") {
    const auto issuer = resolver.Resolve(space, reference, {});
    return issuer ? "resolved" : issuer.error().message;
  }

  OperatorRig rig;
  int made = 0;
  http::AddressPolicy policy;
  IssuerFactory factory{
      [this](http::TransportOptions,
             const http::AddressPolicy& given) -> Result<std::unique_ptr<http::HttpTransport>> {
        ++made;
        policy = given;
        return std::unique_ptr<http::HttpTransport>(std::make_unique<http::FakeTransport>());
      },
      rig.clock, rig.random, rig.metrics};
  kube::Store<CredentialIssuer> issuers;
  kube::Store<ClusterCredentialIssuer> cluster_issuers;
  kube::Store<api::core::Namespace> namespaces;
  ClusterIssuerResolver resolver{
      rig.server,
      {kube::Lister(issuers), kube::Lister(cluster_issuers), kube::Lister(namespaces)},
      factory,
      {{"api.acme.example", false}, {"keys.local", true}},
      "keysteward-system",
      rig.clock};
};

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

// --- the reconciler of issuers ---

class IssuerReconcilerTest : public ResolverTest {
 protected:
  std::string Ready() {
    const auto stored = rig.Read<CredentialIssuer>({"payments", "acme"});
    issuers.Replace({std::make_shared<const CredentialIssuer>(*stored)});
    EXPECT_TRUE(reconciler.Reconcile({"payments", "acme"}, {}));
    const auto after = rig.Read<CredentialIssuer>({"payments", "acme"});
    const api::Condition* ready = api::FindCondition(after->status.conditions, "Ready");
    return ready == nullptr ? "" : ready->status + " " + ready->reason;
  }
  void Create(const CredentialIssuer& issuer) {
    json object = ToJson(issuer);
    object.erase("status");
    ASSERT_TRUE(rig.server.Create(api::KindOf<CredentialIssuer>::resource, object, {}, {}));
  }

  kube::Store<api::v1alpha1::ManagedCredential> credentials;
  IssuerReconciler<CredentialIssuer> reconciler{rig.env, kube::Lister(issuers),
                                                kube::Lister(credentials), resolver, factory};
};

TEST_F(IssuerReconcilerTest, AGeneratedIssuerIsReadyByItselfAndRestsAfterwards) {
  Create(CredentialIssuerBuilder("acme").Generating(40).Build());
  EXPECT_EQ(Ready(), "True SelfContained");
  const int64_t before = rig.server.revision();
  EXPECT_EQ(Ready(), "True SelfContained");
  EXPECT_EQ(rig.server.revision(), before);
}

TEST_F(IssuerReconcilerTest, EachRuleShowsAsItsReason) {
  Create(CredentialIssuerBuilder("acme").At("https://evil.example").Build());
  EXPECT_EQ(Ready(), "False HostNotAllowed");
}

TEST_F(IssuerReconcilerTest, WithoutAnyWayToLookUpALostKeyItIsNotReady) {
  Create(CredentialIssuerBuilder("acme")
             .With([](auto& i) {
               i.spec.http->list.reset();
               i.spec.http->create.request.headers.clear();
             })
             .Build());
  EXPECT_EQ(Ready(), "False NoLookup");
}

TEST_F(IssuerReconcilerTest, AProviderThatDoesNotAnswerIsUnreachable) {
  Create(CredentialIssuerBuilder("acme").Build());
  EXPECT_EQ(Ready(), "False ProviderUnreachable");
}

// --- generated keys ---

TEST(GeneratedIssuerTest, MakesDistinctKeysOfTheWantedLengthAndAlphabet) {
  FakeRandom random;
  GeneratedIssuer issuer({.length = 50, .alphabet = "abc"}, random, nullptr);
  const auto one = issuer.Create({.label = "keysteward/i/u/7-2"}, {});
  const auto two = issuer.Create({.label = "keysteward/i/u/8-1"}, {});
  EXPECT_EQ(one->id, "7-2");
  EXPECT_EQ(one->value.view().size(), 50u);
  EXPECT_EQ(one->value.view().find_first_not_of("abc"), std::string_view::npos);
  EXPECT_NE(one->value.view(), two->value.view());
}

TEST(GeneratedIssuerTest, HasNoProviderToAsk) {
  FakeRandom random;
  GeneratedIssuer issuer({}, random, nullptr);
  EXPECT_TRUE(issuer.Check({}));
  EXPECT_EQ(issuer.Delete("k", {}).error().message,
            "a generated key has no provider to delete it at");
  EXPECT_FALSE(issuer.List("", {}));
  EXPECT_FALSE(issuer.Disable("k", {}));
  EXPECT_FALSE(issuer.Enable("k", {}));
  EXPECT_FALSE(issuer.Probe(SecretBytes::CopyOf("v"), {}));
  EXPECT_EQ(issuer.LastUsed("k", {})->use, Use::kUnknown);
  EXPECT_FALSE(issuer.capabilities().revokes);
  EXPECT_FALSE(issuer.capabilities().probes);
}

}  // namespace
}  // namespace keysteward::op
