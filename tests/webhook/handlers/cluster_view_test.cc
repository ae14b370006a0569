#include "webhook/handlers/cluster_view.h"

#include <gtest/gtest.h>

#include "api/v1alpha1/annotations.h"
#include "tests/builders/admission_kind_builders.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/webhook/known_cluster.h"

namespace keysteward::webhook {
namespace {

using Presence = policy::SecretState::Presence;

class ClusterViewTest : public testing::Test {
 protected:
  // Secret stripe-live as ManagedCredential stripe-live of uid-1 delivers it; changed as the test
  // says.
  void PutDelivered(const std::function<void(api::ObjectMeta&)>& change = {}) {
    api::core::PartialObjectMetadata secret;
    secret.metadata.name = "stripe-live";
    secret.metadata.namespace_name = "payments";
    secret.metadata.labels = {{api::v1alpha1::kManagedLabel, "true"}};
    secret.metadata.owner_references = {
        {.kind = "ManagedCredential", .name = "stripe-live", .uid = "uid-1", .controller = true}};
    if (change) change(secret.metadata);
    KnownCluster::Put(cluster.secrets, secret);
  }
  void PutCredential(const std::string& uid = "uid-1") {
    KnownCluster::Put(cluster.credentials,
                      builders::ManagedCredentialBuilder("stripe-live").WithUid(uid).Build());
  }
  bool Managed() const { return secrets.Find("payments", "stripe-live").managed; }

  KnownCluster cluster;
  const CachedSecrets secrets{cluster.view};
};

TEST_F(ClusterViewTest, LabelsAreThoseOfTheNamespaceAndNoneOfOneThatIsNotKnown) {
  cluster.PutNamespace("payments", {{"team", "payments"}});
  EXPECT_EQ(cluster.view.LabelsOf("payments"),
            (std::map<std::string, std::string>{{"team", "payments"}}));
  EXPECT_TRUE(cluster.view.LabelsOf("mail").empty());
}

TEST_F(ClusterViewTest, PoliciesAreThoseThatSelectTheNamespaceAndExceptionsThoseInIt) {
  api::v1alpha1::CredentialPolicy policy = builders::CredentialPolicyBuilder().Build();
  policy.metadata.name = "all";
  KnownCluster::Put(cluster.policies, policy);
  policy.metadata.name = "of-payments";
  policy.spec.namespace_selector.match_labels = {{"team", "payments"}};
  KnownCluster::Put(cluster.policies, policy);
  for (const char* space : {"payments", "mail"}) {
    auto waiver = builders::CredentialExceptionBuilder("sandbox", WallTime{}).Build();
    waiver.metadata.namespace_name = space;
    KnownCluster::Put(cluster.exceptions, waiver);
  }
  const policy::PolicySnapshot snapshot = cluster.view.PoliciesFor("mail", {});
  ASSERT_EQ(snapshot.policies.size(), 1u);
  EXPECT_EQ(snapshot.policies[0].name, "all");
  ASSERT_EQ(snapshot.exceptions.size(), 1u);
  EXPECT_EQ(snapshot.exceptions[0].namespace_name, "mail");
  EXPECT_EQ(cluster.view.PoliciesFor("payments", {{"team", "payments"}}).policies.size(), 2u);
  EXPECT_EQ(cluster.view.PoliciesFor("other", {}).exceptions.size(), 0u);
}

TEST_F(ClusterViewTest, ASecretIsFoundWithItsAnnotationsOrMissing) {
  EXPECT_EQ(secrets.Find("payments", "stripe").presence, Presence::kMissing);
  cluster.PutSecret("stripe", {{"keysteward.dev/owner", "payments"}});
  const policy::SecretState state = secrets.Find("payments", "stripe");
  EXPECT_EQ(state.presence, Presence::kFound);
  EXPECT_EQ(state.annotations.at("keysteward.dev/owner"), "payments");
  EXPECT_FALSE(state.managed);
  EXPECT_EQ(secrets.Find("mail", "stripe").presence, Presence::kMissing) << "of another namespace";
}

TEST_F(ClusterViewTest, ManagedIsWhatACredentialThatExistsDelivers) {
  PutDelivered();
  EXPECT_FALSE(Managed()) << "anybody may write a label and an owner";
  PutCredential();
  EXPECT_TRUE(Managed());
}

TEST_F(ClusterViewTest, AForgedPartMakesItNobodys) {
  PutCredential();
  const std::function<void(api::ObjectMeta&)> forgeries[] = {
      [](api::ObjectMeta& meta) { meta.labels.clear(); },
      [](api::ObjectMeta& meta) { meta.labels[api::v1alpha1::kManagedLabel] = "yes"; },
      [](api::ObjectMeta& meta) { meta.owner_references.clear(); },
      [](api::ObjectMeta& meta) { meta.owner_references[0].controller = false; },
      [](api::ObjectMeta& meta) { meta.owner_references[0].kind = "Deployment"; },
      [](api::ObjectMeta& meta) { meta.owner_references[0].uid = "uid-2"; },
      [](api::ObjectMeta& meta) { meta.owner_references[0].name = "another"; }};
  for (const auto& forge : forgeries) {
    PutDelivered(forge);
    EXPECT_FALSE(Managed());
  }
  PutDelivered();
  EXPECT_TRUE(Managed());
}

TEST_F(ClusterViewTest, ASecretThatItsCredentialDoesNotDeliverIsNotManaged) {
  PutCredential();
  PutDelivered([](api::ObjectMeta& meta) { meta.name = "other"; });
  EXPECT_FALSE(secrets.Find("payments", "other").managed);
  PutCredential("uid-of-a-new-one");
  PutDelivered();
  EXPECT_FALSE(Managed()) << "the credential was made anew";
}

}  // namespace
}  // namespace keysteward::webhook
