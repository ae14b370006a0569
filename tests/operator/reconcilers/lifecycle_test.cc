// Requests, history, deletion and what outlives a credential.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/core/secret_types.h"
#include "api/v1alpha1/annotations.h"
#include "operator/issuers/issuer_snapshot.h"
#include "operator/reconcilers/credential_deletion.h"
#include "operator/reconcilers/credential_listers.h"
#include "operator/reconcilers/credential_revocation_reconciler.h"
#include "operator/reconcilers/credential_rotation_reconciler.h"
#include "operator/reconcilers/rotation_request.h"
#include "operator/rotation/delivered_secret.h"
#include "tests/builders/credential_issuer_builder.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/fakes/fake_transport.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRevocation;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::RevocationState;
using api::v1alpha1::RotationResult;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* kFinalizer = api::v1alpha1::kCredentialFinalizer;
constexpr const char* kJournal = api::v1alpha1::kJournalFinalizer;

class Lifecycle : public testing::Test {
 protected:
  Lifecycle() {
    rotations.AddIndex(kByCredential, [](const CredentialRotation& rotation) {
      return std::vector<std::string>{rotation.metadata.namespace_name + "/" +
                                      rotation.spec.credential_name};
    });
  }
  template <typename T>
  std::vector<T> All() {
    std::vector<T> objects;
    const auto list = rig.server.List(api::KindOf<T>::resource, {}, {});
    for (const json& item : list->items) objects.push_back(*api::Decode<T>(item));
    return objects;
  }
  template <typename T>
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const T& object : All<T>()) names.push_back(object.metadata.name);
    return names;
  }
  void SyncRotations() {
    std::vector<std::shared_ptr<const CredentialRotation>> objects;
    for (auto& rotation : All<CredentialRotation>()) {
      objects.push_back(std::make_shared<const CredentialRotation>(std::move(rotation)));
    }
    rotations.Replace(std::move(objects));
  }
  void AddNamespace() {
    ASSERT_TRUE(rig.server.Create(
        api::KindOf<api::core::Namespace>::resource,
        {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "payments"}}}}, {},
        {}));
  }

  OperatorRig rig;
  kube::Store<ManagedCredential> credentials;
  kube::Store<CredentialRotation> rotations;
  kube::Store<api::core::Secret> secrets;
  CredentialListers listers{kube::Lister(credentials), kube::Lister(rotations),
                            kube::Lister(secrets)};
};

// --- requests ---

class Requests : public Lifecycle {
 protected:
  ManagedCredential credential = rig.Store(ManagedCredentialBuilder("stripe-live").Build());
};

TEST_F(Requests, AreNamedAfterTheNextGenerationAndOwnedByTheCredential) {
  ASSERT_TRUE(RequestRotation(rig.env, credential, Cause::kSchedule, {}));
  const auto made = All<CredentialRotation>();
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0].metadata.name, "stripe-live-1");
  EXPECT_EQ(made[0].spec.cause, Cause::kSchedule);
  EXPECT_EQ(made[0].spec.requested_by, "keysteward-operator");
  EXPECT_TRUE(made[0].metadata.IsOwnedBy(credential.metadata.uid));
}

TEST_F(Requests, TwiceAreOne) {
  ASSERT_TRUE(RequestRotation(rig.env, credential, Cause::kSchedule, {}));
  ASSERT_TRUE(RequestRotation(rig.env, credential, Cause::kSchedule, {}));
  EXPECT_THAT(Names<CredentialRotation>(), ElementsAre("stripe-live-1"));
}

TEST_F(Requests, ANameTakenByAnEndedOneIsPassedOver) {
  rig.Store(CredentialRotationBuilder("stripe-live-1")
                .Ended(RotationResult::kProven, rig.clock.WallNow())
                .Build());
  ASSERT_TRUE(RequestRotation(rig.env, credential, Cause::kExpiry, {}));
  EXPECT_THAT(Names<CredentialRotation>(),
              UnorderedElementsAre("stripe-live-1", "stripe-live-1-1"));
}

TEST_F(Requests, AnOlderViewOfTheCredentialAsksForNothing) {
  ManagedCredential stale = credential;
  credential.status.last_generation = 1;
  ASSERT_TRUE(rig.server.Patch(api::KindOf<ManagedCredential>::resource,
                               {"payments", "stripe-live"}, kube::PatchType::kMerge,
                               {{"status", {{"lastGeneration", 1}}}}, {.subresource = "status"},
                               {}));
  rig.Store(CredentialRotationBuilder("stripe-live-1")
                .Ended(RotationResult::kProven, rig.clock.WallNow())
                .Build());
  ASSERT_TRUE(RequestRotation(rig.env, stale, Cause::kExpiry, {}));
  EXPECT_THAT(Names<CredentialRotation>(), ElementsAre("stripe-live-1"));
}

TEST_F(Requests, AProcessThatLostTheLeaseAsksForNothing) {
  rig.is_leader = false;
  EXPECT_FALSE(RequestRotation(rig.env, credential, Cause::kSchedule, {}));
  EXPECT_THAT(Names<CredentialRotation>(), IsEmpty());
}

TEST_F(Requests, OneThatWaitsIsToldOnce) {
  CredentialRotation rotation = rig.Store(CredentialRotationBuilder("two").Build());
  ASSERT_TRUE(MarkQueued(rig.env, rotation, "one", rig.clock.WallNow(), {}));
  rotation = *rig.Read<CredentialRotation>({"payments", "two"});
  const api::Condition* complete = api::FindCondition(rotation.status.conditions, "Complete");
  ASSERT_NE(complete, nullptr);
  EXPECT_EQ(complete->reason, "Queued");
  EXPECT_EQ(complete->message, "waits until rotation one is over");
  const int64_t before = rig.server.revision();
  ASSERT_TRUE(MarkQueued(rig.env, rotation, "one", rig.clock.WallNow(), {}));
  EXPECT_EQ(rig.server.revision(), before);
}

TEST_F(Requests, OneTooManyIsEndedWithTheReason) {
  const CredentialRotation rotation = rig.Store(CredentialRotationBuilder("three").Build());
  ASSERT_TRUE(Refuse(rig.env, rotation, "two", rig.clock.WallNow(), {}));
  const auto ended = rig.Read<CredentialRotation>({"payments", "three"});
  EXPECT_EQ(ended->status.result, RotationResult::kSuperseded);
  EXPECT_EQ(api::FindCondition(ended->status.conditions, "Failed")->reason, "QueueFull");
}

TEST_F(Requests, HistoryKeepsTheNewestProvenAndTheLastThree) {
  const std::pair<const char*, RotationResult> history[] = {
      {"g1", RotationResult::kProven}, {"g2", RotationResult::kProven},
      {"g3", RotationResult::kFailed}, {"g4", RotationResult::kFailed},
      {"g5", RotationResult::kFailed}, {"g6", RotationResult::kFailed}};
  int64_t generation = 0;
  for (const auto& [name, result] : history) {
    rig.Store(CredentialRotationBuilder(name)
                  .ForGeneration(++generation, "t")
                  .Ended(result, rig.clock.WallNow())
                  .Build());
  }
  rig.Store(CredentialRotationBuilder("running").ForGeneration(7, "t").Build());
  SyncRotations();
  ASSERT_TRUE(PruneHistory(rig.env, credential, kube::Lister(rotations), {}));
  EXPECT_THAT(Names<CredentialRotation>(), UnorderedElementsAre("g2", "g4", "g5", "g6", "running"));
}

// --- requests without a credential, finalizers left behind ---

class RotationReconciler : public Lifecycle {
 protected:
  Result<kube::ReconcileResult> Reconcile(const std::string& name) {
    SyncRotations();
    return CredentialRotationReconciler(rig.env, listers).Reconcile({"payments", name}, {});
  }
  CredentialRotation Held(CredentialRotationBuilder builder) {
    return rig.Store(builder.With([](auto& r) { r.metadata.finalizers = {kJournal}; }).Build());
  }
  bool IsHeld(const std::string& name) {
    return rig.Read<CredentialRotation>({"payments", name})->metadata.HasFinalizer(kJournal);
  }
};

TEST_F(RotationReconciler, ARequestForNothingIsRefusedAfterAGrace) {
  rig.Store(CredentialRotationBuilder("lonely").Build());
  const auto first = Reconcile("lonely");
  ASSERT_TRUE(first);
  EXPECT_GT(*first->requeue_after, 0s);
  rig.clock.Advance(31s);
  ASSERT_TRUE(Reconcile("lonely"));
  const auto ended = rig.Read<CredentialRotation>({"payments", "lonely"});
  EXPECT_EQ(ended->status.result, RotationResult::kFailed);
  EXPECT_THAT(api::FindCondition(ended->status.conditions, "Complete")->message,
              HasSubstr("there is no ManagedCredential stripe-live in this namespace"));
}

TEST_F(RotationReconciler, AnUnfinishedJournalWithoutCredentialIsLetGo) {
  Held(CredentialRotationBuilder("orphan"));
  ASSERT_TRUE(Reconcile("orphan"));
  EXPECT_FALSE(IsHeld("orphan"));
}

TEST_F(RotationReconciler, AnEndedOneWhoseFinalizerWasLeftBehindIsFreed) {
  rig.Store(ManagedCredentialBuilder("stripe-live").Build());
  Held(CredentialRotationBuilder("ended").Ended(RotationResult::kProven, rig.clock.WallNow()));
  ASSERT_TRUE(Reconcile("ended"));
  EXPECT_FALSE(IsHeld("ended"));
}

TEST_F(RotationReconciler, AnEndedOneThatIsNotYetSealedKeepsItsFinalizer) {
  rig.Store(ManagedCredentialBuilder("stripe-live")
                .With([](auto& c) { c.status.active_rotation = "ended"; })
                .Build());
  Held(CredentialRotationBuilder("ended").Ended(RotationResult::kProven, rig.clock.WallNow()));
  ASSERT_TRUE(Reconcile("ended"));
  EXPECT_TRUE(IsHeld("ended"));
}

// --- deletion ---

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
}

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

// --- revocations ---

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

}  // namespace
}  // namespace keysteward::op
