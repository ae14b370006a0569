// Requests without a credential, and finalizers left behind.
#include "operator/reconcilers/credential_rotation_reconciler.h"

#include "tests/operator/reconcilers/lifecycle_fixture.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialRotation;
using api::v1alpha1::RotationResult;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;

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

}  // namespace
}  // namespace keysteward::op
