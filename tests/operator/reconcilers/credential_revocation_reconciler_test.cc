// What outlives a credential: keys of its that are still to be ended.
#include "operator/reconcilers/credential_revocation_reconciler.h"

#include "operator/issuers/issuer_snapshot.h"
#include "tests/builders/credential_issuer_builder.h"
#include "tests/fakes/fake_transport.h"
#include "tests/operator/reconcilers/lifecycle_fixture.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialRevocation;
using api::v1alpha1::RevocationState;
using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;

class Revocations : public Lifecycle {
 protected:
  Revocations() {
    IssuerCopy copy{.name = "payments/acme",
                    .issuer_uid = "u1",
                    .spec = builders::CredentialIssuerBuilder("acme").Build().spec,
                    .admin = SecretBytes::CopyOf("admin_value")};
    EXPECT_TRUE(SaveSnapshot(rig.server, "keysteward-system", copy, {}));
    revocation.metadata.name = "uid-1-2";
    revocation.spec.credential = {"payments", "stripe-live", "uid-1"};
    revocation.spec.key = {.generation = 2, .id = "k2"};
    revocation.spec.issuer = {.name = "acme", .secret_name = "issuer-u1"};
    revocation.spec.staged_secret_name = StagedName("uid-1", 2);
    EXPECT_TRUE(CreateStaged(rig.env,
                             {.credential = {"payments", "stripe-live"},
                              .credential_uid = "uid-1",
                              .generation = 2,
                              .token = "t"},
                             {.id = "k2", .value = SecretBytes::CopyOf("fk_live_value")}, {}));
  }
  void Create() {
    json object = ToJson(revocation);
    object.erase("status");
    ASSERT_TRUE(rig.server.Create(api::KindOf<CredentialRevocation>::resource, object, {}, {}));
  }
  CredentialRevocation Stored() { return *rig.Read<CredentialRevocation>({"", "uid-1-2"}); }
  std::optional<Duration> Reconcile() {
    revocations.Replace({std::make_shared<const CredentialRevocation>(Stored())});
    const auto result = CredentialRevocationReconciler(rig.env, kube::Lister(revocations), resolver)
                            .Reconcile({"", "uid-1-2"}, {});
    EXPECT_TRUE(result) << result.error().ToString();
    return result ? result->requeue_after : std::nullopt;
  }

  std::vector<std::pair<int, std::string>> replies;  // of the provider, in order
  IssuerFactory factory{
      [this](http::TransportOptions,
             const http::AddressPolicy&) -> Result<std::unique_ptr<http::HttpTransport>> {
        auto transport = std::make_unique<http::FakeTransport>();
        for (const auto& [status, body] : replies) transport->Reply(status, body);
        return std::unique_ptr<http::HttpTransport>(std::move(transport));
      },
      rig.clock, rig.random, rig.metrics};
  kube::Store<api::v1alpha1::CredentialIssuer> issuers;
  kube::Store<api::v1alpha1::ClusterCredentialIssuer> cluster_issuers;
  kube::Store<api::core::Namespace> namespaces;
  kube::Store<CredentialRevocation> revocations;
  ClusterIssuerResolver resolver{
      rig.server,
      {kube::Lister(issuers), kube::Lister(cluster_issuers), kube::Lister(namespaces)},
      factory,
      {},
      "keysteward-system",
      rig.clock};
  CredentialRevocation revocation;
};

TEST_F(Revocations, AreDoneWhenTheProviderRefusesAndThenDropTheValue) {
  Create();
  replies = {{204, ""}, {401, ""}};
  EXPECT_FALSE(Reconcile());
  EXPECT_EQ(Stored().status.state, RevocationState::kRevoked);
  EXPECT_TRUE(Stored().status.revoked_at);
  EXPECT_FALSE(*ReadStaged(rig.env, "uid-1", 2, {}));
}

TEST_F(Revocations, ADeleteThatLiedIsNotBelieved) {
  Create();
  replies = {{204, ""}, {200, "{}"}};
  EXPECT_TRUE(Reconcile());
  EXPECT_EQ(Stored().status.state, RevocationState::kUnrevoked);
  EXPECT_EQ(Stored().status.message,
            "the provider confirmed the deletion but answers 200 to the key");
  EXPECT_TRUE(*ReadStaged(rig.env, "uid-1", 2, {})) << "the value is kept for the next try";
}

TEST_F(Revocations, AreTriedForEverWithGrowingPauses) {
  Create();
  replies = {{503, ""}};
  std::vector<Duration> pauses;
  for (int i = 0; i < 20; ++i) {
    pauses.push_back(*Reconcile());
    rig.clock.Advance(pauses.back());
  }
  EXPECT_EQ(pauses[0], 4s);
  EXPECT_EQ(pauses[1], 8s);
  EXPECT_EQ(pauses[19], 5min);
  EXPECT_EQ(Stored().status.attempts, 20);
  replies = {{404, ""}, {401, ""}};
  EXPECT_FALSE(Reconcile());
  EXPECT_EQ(Stored().status.state, RevocationState::kRevoked);
}

TEST_F(Revocations, AnEarlyLookWaitsForTheRestOfThePause) {
  Create();
  replies = {{503, ""}};
  Reconcile();
  rig.clock.Advance(1s);
  EXPECT_EQ(Reconcile(), 3s);
  EXPECT_EQ(Stored().status.attempts, 1);
}

TEST_F(Revocations, AClockSetBackByYearsStopsNoTry) {
  Create();
  replies = {{503, ""}};
  Reconcile();
  rig.clock.JumpWall(-24h * 3653);
  Reconcile();
  EXPECT_EQ(Stored().status.attempts, 2);
}

TEST_F(Revocations, AKeyWhoseIdWasNeverReadIsEndedByLabel) {
  revocation.spec.key.id = "";
  Create();
  replies = {
      {200, R"({"data":[{"id":"k9","name":"keysteward/inst1/uid-1/2-1","status":"active"}]})"},
      {204, ""},
      {401, ""}};
  EXPECT_FALSE(Reconcile());
  EXPECT_EQ(Stored().status.state, RevocationState::kRevoked);
}

TEST_F(Revocations, AnUnknownIdAtAProviderWithoutListIsNotCalledRevoked) {
  revocation.spec.key.id = "";
  IssuerCopy copy{.name = "payments/acme",
                  .issuer_uid = "u1",
                  .spec = builders::CredentialIssuerBuilder("acme")
                              .With([](auto& i) { i.spec.http->list.reset(); })
                              .Build()
                              .spec,
                  .admin = SecretBytes::CopyOf("admin_value")};
  ASSERT_TRUE(SaveSnapshot(rig.server, "keysteward-system", copy, {}));
  Create();
  EXPECT_TRUE(Reconcile());
  EXPECT_EQ(Stored().status.state, RevocationState::kUnrevoked);
  EXPECT_THAT(Stored().status.message, HasSubstr("look for token inst1-uid-1-2-1 at the provider"));
}

TEST_F(Revocations, WithoutACopyOfTheIssuerAPersonIsAsked) {
  revocation.spec.issuer.secret_name = "";
  Create();
  EXPECT_TRUE(Reconcile());
  EXPECT_THAT(Stored().status.message, HasSubstr("end the key by hand at the provider"));
}

TEST_F(Revocations, TheSwitchAndALostLeaseStopTheCalls) {
  Create();
  rig.effects_disabled = true;
  EXPECT_EQ(Reconcile(), 5s);
  EXPECT_EQ(Stored().status.attempts, 0);
  rig.effects_disabled = false;
  rig.is_leader = false;
  Reconcile();
  EXPECT_EQ(Stored().status.message, "no longer leader");
}

TEST_F(Revocations, I8_ALeaseThatEndsTooSoonIsWaitedFor) {
  Create();
  rig.lease_remaining = 1s;
  Reconcile();
  EXPECT_EQ(Stored().status.state, RevocationState::kUnrevoked);
  EXPECT_THAT(Stored().status.message, HasSubstr("the lease ends too soon"));
}

}  // namespace
}  // namespace keysteward::op
