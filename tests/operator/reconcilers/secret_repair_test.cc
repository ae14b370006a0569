// SecretRepair on its own: what it asks of the server, and what it leaves alone.
#include "operator/reconcilers/secret_repair.h"

#include "operator/rotation/delivered_secret.h"
#include "tests/operator/reconcilers/lifecycle_fixture.h"

namespace keysteward::op {
namespace {

using api::core::Secret;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::SecretDrift;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const api::ObjectKey kKey{"payments", "stripe-live"};

// Key 2 is delivered as revision 1.
class SecretRepairTest : public Lifecycle {
 protected:
  SecretRepairTest() {
    credential =
        rig.Store(ManagedCredentialBuilder("stripe-live").WithCurrentKey(2, "key_1").Build());
    rig.MakeStagedKey(credential, 2);
    credential.status.revision = credential.status.settled_revision = 0;
    const auto revision = WriteDelivered(rig.env, credential, rig.Staged(credential, 2), {}, {});
    EXPECT_TRUE(revision) << revision.error().ToString();
    credential.status.revision = credential.status.settled_revision = *revision;
    credential.status.current->revision = *revision;
  }
  void Edit() {
    ASSERT_TRUE(rig.server.Patch(api::KindOf<Secret>::resource, kKey, kube::PatchType::kMerge,
                                 {{"data", {{"key", "aGFja2Vk"}}}}, {}, {}));
  }
  RepairReport Keep() {
    const auto secret = rig.Read<Secret>(kKey);
    const auto report = repair.Keep(credential, secret ? &*secret : nullptr, {});
    EXPECT_TRUE(report) << report.error().ToString();
    return report ? *report : RepairReport();
  }
  bool Intact() {
    const auto secret = ReadDelivered(rig.env, credential, {});
    return secret && secret->intact;
  }

  PhaseTimers timers{rig.clock};
  SecretRepair repair{rig.env, timers};
  ManagedCredential credential;
};

TEST_F(SecretRepairTest, ASecretThatIsRightCostsNoCall) {
  const Secret cached = *rig.Read<Secret>(kKey);
  rig.server.ForgetCalls();
  const auto report = repair.Keep(credential, &cached, {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->intact);
  EXPECT_THAT(rig.server.Calls(), IsEmpty());
}

TEST_F(SecretRepairTest, IsRecordedThenRestoredThenForgotten) {
  Keep();
  Edit();
  EXPECT_FALSE(Keep().intact);
  ASSERT_TRUE(credential.status.drift);
  EXPECT_EQ(credential.status.drift->since, rig.clock.WallNow()) << "when it was last seen right";
  EXPECT_FALSE(Intact());
  EXPECT_TRUE(Keep().intact);
  EXPECT_TRUE(Intact());
  EXPECT_EQ(ReadDelivered(rig.env, credential, {})->revision, credential.status.revision);
  EXPECT_THAT(rig.EventReasons(), ElementsAre("SecretRestored"));
  EXPECT_EQ(Keep().next, 2s) << "until every kubelet serves it";
  rig.clock.Advance(2s);
  Keep();
  EXPECT_FALSE(credential.status.drift);
}

TEST_F(SecretRepairTest, AFreshProcessCannotTellWhoStartedMeanwhile) {
  rig.consumers.cached = {RolledOut("api", 1)};
  Edit();
  Keep();
  ASSERT_TRUE(credential.status.drift);
  EXPECT_FALSE(credential.status.drift->since);
  EXPECT_EQ(credential.status.drift->revision, credential.status.revision + 1);
}

TEST_F(SecretRepairTest, WhatLetsADriftBeForgottenIsReadFromTheServer) {
  Keep();
  Edit();
  rig.clock.Advance(1min);
  Keep();
  Keep();
  rig.clock.Advance(2s);
  rig.consumers.fresh = {{.kind = "Pod", .name = "late", .pods = {PodAt("late", 1, [&](auto& pod) {
                                                           pod.metadata.creation_timestamp =
                                                               rig.clock.WallNow();
                                                         })}}};
  Keep();
  ASSERT_TRUE(credential.status.drift);
  EXPECT_EQ(credential.status.drift->revision, credential.status.revision + 1)
      << "the cache had not seen the pod yet";
}

TEST_F(SecretRepairTest, AnOlderViewOfTheCredentialTouchesNothing) {
  ASSERT_TRUE(rig.server.Patch(api::KindOf<ManagedCredential>::resource, kKey,
                               kube::PatchType::kMerge, {{"status", {{"lastGeneration", 9}}}},
                               {.subresource = "status"}, {}));
  Edit();
  const auto report = repair.Keep(credential, nullptr, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kConflict);
  EXPECT_FALSE(Intact());
}

TEST_F(SecretRepairTest, I15_ASecretOfSomebodyElseIsLeftAlone) {
  ASSERT_TRUE(rig.server.Patch(api::KindOf<Secret>::resource, kKey, kube::PatchType::kMerge,
                               {{"metadata", {{"ownerReferences", nlohmann::json::array()}}}}, {},
                               {}));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Keep().foreign);
  EXPECT_TRUE(credential.status.drift) << "pods may start with it";
  EXPECT_TRUE(rig.Read<Secret>(kKey)->metadata.owner_references.empty());
}

TEST_F(SecretRepairTest, WhatCannotBeRestoredIsReplaced) {
  ASSERT_TRUE(DeleteStaged(rig.env, credential.metadata.uid, 2, {}));
  Edit();
  Keep();
  EXPECT_FALSE(Keep().intact);
  const auto asked = All<CredentialRotation>();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].spec.cause, api::v1alpha1::Cause::kDrift);
}

TEST_F(SecretRepairTest, AProcessThatLostTheLeaseRestoresNothing) {
  Edit();
  Keep();
  rig.is_leader = false;
  const auto report = repair.Keep(credential, nullptr, {});
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("no longer leader"));
  EXPECT_FALSE(Intact());
}

TEST_F(SecretRepairTest, SuspendHoldsItAndIsLookedAtAgain) {
  Edit();
  credential.spec.rotation.suspend = true;
  Keep();
  EXPECT_EQ(Keep().next, 5s);
  EXPECT_FALSE(Intact());
  credential.spec.rotation.suspend = false;
  EXPECT_TRUE(Keep().intact);
}

TEST_F(SecretRepairTest, AWriteWhoseStatusWasLostIsTakenOverNotRepeated) {
  Keep();
  Edit();
  Keep();
  const auto before = credential.status;
  Keep();
  credential.status = before;
  rig.server.ForgetCalls();
  EXPECT_TRUE(Keep().intact);
  for (const kube::CallRecord& call : rig.server.Calls()) EXPECT_FALSE(call.mutates());
  EXPECT_TRUE(credential.status.drift->restored_at);
}

TEST_F(SecretRepairTest, NeitherLogNorEventHoldsTheValue) {
  Edit();
  Keep();
  Keep();
  const std::string value(rig.Staged(credential, 2).value.view());
  for (const kube::Event& event : rig.events) EXPECT_THAT(event.note, Not(HasSubstr(value)));
  EXPECT_FALSE(rig.log.Contains("Secret restored", value));
}

}  // namespace
}  // namespace keysteward::op
