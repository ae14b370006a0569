// The condition Ready of issuers.
#include "operator/reconcilers/issuer_reconciler.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/issuers/resolver_fixture.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialIssuer;
using api::v1alpha1::IssuerKind;
using api::v1alpha1::IssuerRef;
using api::v1alpha1::ManagedCredential;
using builders::CredentialIssuerBuilder;
using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: test durations

TEST(IssuerReady, TakesTheReasonInFrontOfTheMessage) {
  const auto ready = [](const Result<void>& check) {
    const api::Condition condition = IssuerReady(check, false, 3);
    return condition.status + " " + condition.reason + ": " + condition.message;
  };
  EXPECT_EQ(ready({}), "True AdminAccepted: the provider accepted the admin credential");
  EXPECT_EQ(ready(Error::PermissionDenied("HostNotAllowed: host x is not listed")),
            "False HostNotAllowed: host x is not listed");
  EXPECT_EQ(ready(Error::PermissionDenied("check: the provider answered 401")),
            "False AdminRefused: check: the provider answered 401");
  EXPECT_EQ(ready(Error::Unavailable("no route")), "False ProviderUnreachable: no route");
  EXPECT_EQ(ready(Error::Unavailable("")), "False ProviderUnreachable: ");
  EXPECT_EQ(ready(Error::Unavailable("Timeout:")), "False Timeout: ") << "a reason and no more";
  EXPECT_EQ(IssuerReady({}, true, 3).reason, "SelfContained");
  EXPECT_EQ(IssuerReady({}, true, 3).observed_generation, 3);
}

class IssuerReconcilerTest : public ResolverTest {
 protected:
  std::string Ready() {
    const auto stored = rig.Read<CredentialIssuer>({"payments", "acme"});
    issuers.Replace({std::make_shared<const CredentialIssuer>(*stored)});
    const auto result = reconciler.Reconcile({"payments", "acme"}, {});
    EXPECT_TRUE(result) << result.error().ToString();
    if (result) next = result->requeue_after;
    const auto after = rig.Read<CredentialIssuer>({"payments", "acme"});
    const api::Condition* ready = api::FindCondition(after->status.conditions, "Ready");
    return ready == nullptr ? "" : ready->status + " " + ready->reason;
  }
  void Create(const CredentialIssuer& issuer) {
    json object = ToJson(issuer);
    object.erase("status");
    ASSERT_TRUE(rig.server.Create(api::KindOf<CredentialIssuer>::resource, object, {}, {}));
  }

  void Use(const std::string& name, const std::string& space, const IssuerRef& issuer) {
    auto credential = builders::ManagedCredentialBuilder(name).In(space).Build();
    credential.spec.issuer_ref = issuer;
    credentials.Put(std::make_shared<const ManagedCredential>(credential));
  }

  std::optional<Duration> next;  // when it wants to look again
  kube::Store<ManagedCredential> credentials;
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

TEST_F(IssuerReconcilerTest, LooksAgainSoonerAfterAFailure) {
  Create(CredentialIssuerBuilder("acme").Build());
  EXPECT_EQ(Ready(), "False ProviderUnreachable");
  EXPECT_EQ(next, 10s);
  ASSERT_TRUE(
      rig.server.Delete(api::KindOf<CredentialIssuer>::resource, {"payments", "acme"}, {}, {}));
  Create(CredentialIssuerBuilder("acme").Generating(40).Build());
  EXPECT_EQ(Ready(), "True SelfContained");
  EXPECT_EQ(next, 10min);
}

TEST_F(IssuerReconcilerTest, CountsTheCredentialsThatNameIt) {
  Create(CredentialIssuerBuilder("acme").Generating(40).Build());
  Use("one", "payments", kAcme);
  Use("two", "payments", kAcme);
  Use("other", "payments", {IssuerKind::kCredentialIssuer, "other"});
  Use("cluster", "payments", kClusterAcme);
  Use("elsewhere", "mail", kAcme);
  Ready();
  const auto stored = rig.Read<CredentialIssuer>({"payments", "acme"});
  EXPECT_EQ(stored->status.credentials, 2);
  EXPECT_EQ(stored->status.type, "Generated");
  EXPECT_EQ(stored->status.observed_generation, stored->metadata.generation);
}

TEST_F(IssuerReconcilerTest, OneThatIsGoneOrGoingIsLeftAlone) {
  EXPECT_TRUE(reconciler.Reconcile({"payments", "none"}, {}));
  CredentialIssuer going = CredentialIssuerBuilder("acme").Build();
  going.metadata.deletion_timestamp = rig.clock.WallNow();
  Put(going);
  rig.server.ForgetCalls();
  EXPECT_TRUE(reconciler.Reconcile({"payments", "acme"}, {}));
  EXPECT_TRUE(rig.server.Calls().empty());
}

}  // namespace
}  // namespace keysteward::op
