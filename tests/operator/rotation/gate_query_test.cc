#include "operator/rotation/gate_query.h"

#include <gtest/gtest.h>

#include "operator/rotation/journal.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::Urgency;

CredentialRotation Of(Cause cause, Urgency urgency = Urgency::kNormal) {
  CredentialRotation rotation =
      builders::CredentialRotationBuilder("r").Because(cause, "asked for in a test").Build();
  rotation.spec.urgency = urgency;
  return rotation;
}

// One that replaces a key, as far as `begun`.
CredentialRotation Replacing(Cause cause, std::optional<Step> begun = std::nullopt) {
  CredentialRotation rotation = Of(cause);
  rotation.status.old_key = api::v1alpha1::OldKey{.id = "key_1", .generation = 1};
  if (begun) BeginStep(rotation.status, *begun, {});
  return rotation;
}

constexpr Cause kOrdinary[] = {Cause::kSchedule, Cause::kExpiry, Cause::kManual};

TEST(IsRestrained, EveryRotationButALeakAndAnEmergency) {
  for (const Cause cause : kOrdinary) EXPECT_TRUE(IsRestrained(Of(cause)));
  EXPECT_TRUE(IsRestrained(Of(Cause::kDrift)));
  EXPECT_FALSE(IsRestrained(Of(Cause::kLeak)));
  EXPECT_FALSE(IsRestrained(Of(Cause::kManual, Urgency::kEmergency)));
  CredentialRotation hastened = Of(Cause::kSchedule);
  hastened.status.urgency = Urgency::kEmergency;
  EXPECT_FALSE(IsRestrained(hastened)) << "escalated in place";
}

TEST(IsRestrained, I16_TheWayBackWaitsForNothing) {
  EXPECT_TRUE(IsRestrained(Replacing(Cause::kSchedule, Step::kDeliver)));
  EXPECT_FALSE(IsRestrained(Replacing(Cause::kSchedule, Step::kRollBack)));
}

TEST(DeliversToHealthyOnly, OrdinaryRotationsThatReplaceAKey) {
  for (const Cause cause : kOrdinary) {
    EXPECT_TRUE(DeliversToHealthyOnly(Replacing(cause)));
    EXPECT_TRUE(DeliversToHealthyOnly(Replacing(cause, Step::kProbe)));
  }
}

TEST(DeliversToHealthyOnly, AFirstKeyIsWhatPodsWithoutOneWaitFor) {
  EXPECT_FALSE(DeliversToHealthyOnly(Of(Cause::kInitial)));
}

TEST(DeliversToHealthyOnly, ALeakAndTheWayBackWaitForNothing) {
  EXPECT_FALSE(DeliversToHealthyOnly(Replacing(Cause::kLeak)));
  EXPECT_FALSE(DeliversToHealthyOnly(Replacing(Cause::kSchedule, Step::kRollBack)));
}

// Found by the scenario stale-node: a container that was restarted in place with the new key looked
// unhealthy "before", and the rotation never went back.
TEST(DeliversToHealthyOnly, AWorkloadThatIsUnhealthySinceTheDeliveryIsRestarted) {
  EXPECT_FALSE(DeliversToHealthyOnly(Replacing(Cause::kSchedule, Step::kDeliver)));
}

TEST(DeliversToHealthyOnly, AKeyThatIsRefusedIsReplacedUnderUnhealthyWorkloadsToo) {
  EXPECT_FALSE(DeliversToHealthyOnly(Replacing(Cause::kDrift)));
}

TEST(GateQueryOf, TakesDeliveryTimeAndLimitFromTheirPlaces) {
  OperatorRig rig;
  rig.installation.workload_restarts = 7;
  auto credential =
      builders::ManagedCredentialBuilder("stripe-live").WithCurrentKey(4, "key_4").Build();
  credential.status.current->revision = 5;
  const GateQuery query = GateQueryOf(rig.env, credential, false);
  EXPECT_EQ(query.credential, "stripe-live");
  EXPECT_EQ(query.revision, 5);
  EXPECT_EQ(query.now, rig.clock.WallNow());
  EXPECT_FALSE(query.restrained);
  EXPECT_TRUE(GateQueryOf(rig.env, credential).restrained);
  EXPECT_EQ(query.restarts_per_hour, 7);
}

}  // namespace
}  // namespace keysteward::op
