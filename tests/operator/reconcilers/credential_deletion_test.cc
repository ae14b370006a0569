#include "operator/reconcilers/credential_deletion.h"

#include "api/v1alpha1/credential_revocation_types.h"
#include "operator/rotation/delivered_secret.h"
#include "tests/operator/reconcilers/lifecycle_fixture.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialRevocation;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Deletion : public Lifecycle {
 protected:
  Deletion() {
    AddNamespace();
    credential = rig.Store(ManagedCredentialBuilder("stripe-live")
                               .WithCurrentKey(2, "key_2")
                               .With([](auto& c) { c.metadata.finalizers = {kFinalizer}; })
                               .Build());
    rig.MakeStagedKey(credential, 2);
  }
  std::optional<Duration> Delete() {
    (void)rig.server.Delete(api::KindOf<ManagedCredential>::resource, {"payments", "stripe-live"},
                            {}, {});
    SyncRotations();
    const auto result = DeleteCredential(rig.env, credential, kube::Lister(rotations), {});
    EXPECT_TRUE(result) << result.error().ToString();
    return result ? result->requeue_after : std::nullopt;
  }
  bool Exists() { return rig.Read<ManagedCredential>({"payments", "stripe-live"}).has_value(); }

  ManagedCredential credential;
};

TEST_F(Deletion, WritesARevocationBeforeTheFinalizerGoes) {
  std::vector<std::string> order;
  rig.server.OnCall([&](const kube::CallRecord& made, kube::CallPhase phase) -> Result<void> {
    if (phase == kube::CallPhase::kAfter && made.mutates())
      order.push_back(made.verb + " " + made.resource);
    return {};
  });
  EXPECT_FALSE(Delete());
  EXPECT_THAT(order, ElementsAre("delete managedcredentials.keysteward.dev",
                                 "create credentialrevocations.keysteward.dev",
                                 "patch managedcredentials.keysteward.dev"));
  EXPECT_FALSE(Exists());
  const auto revocations = All<CredentialRevocation>();
  ASSERT_EQ(revocations.size(), 1u);
  EXPECT_EQ(revocations[0].spec.key.generation, 2);
  EXPECT_EQ(revocations[0].spec.key.id, "key_1")
      << "the id of the staged Secret, not of the status";
  EXPECT_EQ(revocations[0].spec.reason, "CredentialDeleted");
}

TEST_F(Deletion, WaitsWhileAPodUsesTheKeyAndNamesIt) {
  rig.consumers.fresh = {RolledOut("api", 2)};
  EXPECT_EQ(Delete(), 5s);
  ASSERT_TRUE(Exists());
  const auto waiting = rig.Read<ManagedCredential>({"payments", "stripe-live"});
  const api::Condition* ready = api::FindCondition(waiting->status.conditions, "Ready");
  EXPECT_EQ(ready->reason, "InUse");
  EXPECT_THAT(ready->message, HasSubstr("Deployment api still uses the key"));
  EXPECT_THAT(Names<CredentialRevocation>(), IsEmpty());
}

TEST_F(Deletion, GoesOnWhenThePodsAreGone) {
  rig.consumers.fresh = {
      {.kind = "Pod", .name = "job", .pods = {PodAt("job", 2, [](auto& pod) {
                                       pod.status.phase = "Succeeded";
                                       pod.status.containers[0].state =
                                           api::core::ContainerState::kTerminated;
                                     })}}};
  EXPECT_FALSE(Delete());
  EXPECT_FALSE(Exists());
}

TEST_F(Deletion, IsForcedOnlyByTheUidOfThisObject) {
  rig.consumers.fresh = {RolledOut("api", 2)};
  const auto annotate = [&](const std::string& value) {
    ASSERT_TRUE(rig.server.Patch(
        api::KindOf<ManagedCredential>::resource, {"payments", "stripe-live"},
        kube::PatchType::kMerge,
        {{"metadata", {{"annotations", {{"keysteward.dev/force-delete", value}}}}}}, {}, {}));
  };
  annotate("true");
  Delete();
  EXPECT_TRUE(Exists());
  annotate(credential.metadata.uid);
  Delete();
  EXPECT_FALSE(Exists());
}

TEST_F(Deletion, ANamespaceThatEndsIsNotHeldUp) {
  rig.consumers.fresh = {RolledOut("api", 2)};
  ASSERT_TRUE(
      rig.server.Delete(api::KindOf<api::core::Namespace>::resource, {"", "payments"}, {}, {}));
  Delete();
  EXPECT_FALSE(Exists());
  EXPECT_EQ(All<CredentialRevocation>().at(0).spec.reason, "NamespaceDeleted");
}

TEST_F(Deletion, EveryGenerationThatMayHaveAKeyIsNamed) {
  ASSERT_TRUE(rig.server.Patch(api::KindOf<ManagedCredential>::resource,
                               {"payments", "stripe-live"}, kube::PatchType::kMerge,
                               {{"status",
                                 {{"lastGeneration", 4},
                                  {"activeRotation", "r"},
                                  {"previous",
                                   {{"generation", 1},
                                    {"revision", 1},
                                    {"keyId", "key_0"},
                                    {"digest", "x"},
                                    {"state", "Disabled"}}}}}},
                               {.subresource = "status"}, {}));
  rig.Store(CredentialRotationBuilder("r")
                .ForGeneration(3, "t")
                .With([](auto& r) { r.metadata.finalizers = {kJournal}; })
                .Build());
  Delete();
  std::vector<int64_t> generations;
  for (const auto& revocation : All<CredentialRevocation>())
    generations.push_back(revocation.spec.key.generation);
  EXPECT_THAT(generations, UnorderedElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(rig.Read<CredentialRotation>({"payments", "r"})->metadata.HasFinalizer(kJournal));
}

TEST_F(Deletion, ACrashBetweenIsTakenUpAgain) {
  rig.server.FailNext("patch", "managedcredentials.keysteward.dev", Error::Unavailable("away"),
                      kube::CallPhase::kBefore);
  (void)rig.server.Delete(api::KindOf<ManagedCredential>::resource, {"payments", "stripe-live"}, {},
                          {});
  EXPECT_FALSE(DeleteCredential(rig.env, credential, kube::Lister(rotations), {}));
  EXPECT_TRUE(Exists());
  Delete();
  EXPECT_FALSE(Exists());
  EXPECT_EQ(All<CredentialRevocation>().size(), 1u);
}

TEST_F(Deletion, RetainKeepsKeyAndSecretWithoutAnOwner) {
  ASSERT_TRUE(WriteDelivered(rig.env, credential, rig.Staged(credential, 2), {}, {}));
  ASSERT_TRUE(rig.server.Patch(api::KindOf<ManagedCredential>::resource,
                               {"payments", "stripe-live"}, kube::PatchType::kMerge,
                               {{"spec", {{"deletionPolicy", "Retain"}}}}, {}, {}));
  rig.consumers.fresh = {RolledOut("api", 2)};
  Delete();
  EXPECT_FALSE(Exists());
  const auto secret = rig.Read<api::core::Secret>({"payments", "stripe-live"});
  ASSERT_TRUE(secret);
  EXPECT_TRUE(secret->metadata.owner_references.empty());
  EXPECT_THAT(Names<CredentialRevocation>(), IsEmpty());
  EXPECT_EQ(ListStaged(rig.env, StagedChoice::kKept, {})->size(), 1u);
}

// The kind, or our own namespace, begins to end; finalizers hold both.
class WholesaleDeletion : public Deletion {
 protected:
  WholesaleDeletion() {
    EXPECT_TRUE(WriteDelivered(rig.env, credential, rig.Staged(credential, 2), {}, {}));
    rig.consumers.fresh = {RolledOut("api", 2)};
  }
  void Begin(const api::Resource& resource, const std::string& name) {
    ASSERT_TRUE(rig.server.Delete(resource, {"", name}, {}, {}));
  }
  void ExpectKept() {
    EXPECT_FALSE(Exists());
    EXPECT_THAT(Names<CredentialRevocation>(), IsEmpty());
    const auto secret = rig.Read<api::core::Secret>({"payments", "stripe-live"});
    ASSERT_TRUE(secret);
    EXPECT_TRUE(secret->metadata.owner_references.empty());
  }
};

TEST_F(WholesaleDeletion, WithTheKindKeepsKeyAndSecretWhateverThePolicySays) {
  Begin(kDefinitions, "managedcredentials.keysteward.dev");
  Delete();
  ExpectKept();
  const auto kept = *ListStaged(rig.env, StagedChoice::kKept, {});
  ASSERT_EQ(kept.size(), 1u) << "no sweep takes it for an orphan";
  EXPECT_EQ(kept[0].generation, 2);
}

TEST_F(WholesaleDeletion, WithOurNamespaceKeepsThemToo) {
  Begin(api::KindOf<api::core::Namespace>::resource, "keysteward-system");
  Delete();
  ExpectKept();
}

TEST_F(WholesaleDeletion, TheOwnerGoesBeforeTheFinalizer) {
  Begin(kDefinitions, "managedcredentials.keysteward.dev");
  std::vector<std::string> order;
  rig.server.OnCall([&](const kube::CallRecord& made, kube::CallPhase phase) -> Result<void> {
    if (phase == kube::CallPhase::kAfter && made.mutates())
      order.push_back(made.verb + " " + made.resource);
    return {};
  });
  Delete();
  EXPECT_THAT(order, ElementsAre("delete managedcredentials.keysteward.dev", "patch secrets",
                                 "patch secrets", "patch managedcredentials.keysteward.dev"));
}

TEST_F(WholesaleDeletion, OfAnotherKindChangesNothing) {
  EXPECT_EQ(Delete(), 5s) << "the pod that uses the key is waited for";
  EXPECT_TRUE(Exists());
}

TEST_F(WholesaleDeletion, WhatCannotBeReadIsNotTakenForAnAnswer) {
  rig.server.FailNext("get", "customresourcedefinitions.apiextensions.k8s.io",
                      Error::PermissionDenied("forbidden"), kube::CallPhase::kBefore);
  (void)rig.server.Delete(api::KindOf<ManagedCredential>::resource, {"payments", "stripe-live"}, {},
                          {});
  const auto result = DeleteCredential(rig.env, credential, kube::Lister(rotations), {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("read our kind's definition"));
  EXPECT_TRUE(Exists());
}

// The older key of the credential is in this state when the credential is deleted.
class DeletionWithAnOlderKey : public Deletion,
                               public testing::WithParamInterface<api::v1alpha1::PreviousState> {};

TEST_P(DeletionWithAnOlderKey, EndsOnlyTheCurrentOne) {
  credential.status.previous =
      api::v1alpha1::PreviousKeyStatus{.generation = 1, .key_id = "key_0", .state = GetParam()};
  ASSERT_TRUE(rig.server.Patch(api::KindOf<ManagedCredential>::resource,
                               {"payments", "stripe-live"}, kube::PatchType::kMerge,
                               {{"status", ToJson(credential.status)}}, {.subresource = "status"},
                               {}));
  Delete();
  const auto revocations = All<CredentialRevocation>();
  ASSERT_EQ(revocations.size(), 1u);
  EXPECT_EQ(revocations[0].spec.key.generation, 2);
}

INSTANTIATE_TEST_SUITE_P(KeptOrDead, DeletionWithAnOlderKey,
                         testing::Values(api::v1alpha1::PreviousState::kKept,
                                         api::v1alpha1::PreviousState::kRetired,
                                         api::v1alpha1::PreviousState::kRevoked),
                         [](const auto& test) { return std::string(EnumName(test.param)); });

TEST_F(Deletion, TheSwitchStopsItBeforeAnyEffect) {
  rig.effects_disabled = true;
  EXPECT_EQ(Delete(), 5s);
  EXPECT_TRUE(Exists());
}

TEST_F(Deletion, AnotherObjectOfTheSameNameIsNotTouched) {
  credential.metadata.uid = "former";
  Delete();
  EXPECT_TRUE(Exists());
}

}  // namespace
}  // namespace keysteward::op
