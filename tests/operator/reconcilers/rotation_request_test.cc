#include "operator/reconcilers/rotation_request.h"

#include "tests/operator/reconcilers/lifecycle_fixture.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::RotationResult;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

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

}  // namespace
}  // namespace keysteward::op
