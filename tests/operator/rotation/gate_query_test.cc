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

TEST(CareOf, OrdinaryRotationsAreCareful) {
  for (const Cause cause : {Cause::kSchedule, Cause::kExpiry, Cause::kManual}) {
    EXPECT_EQ(CareOf(Of(cause)), Care::kFull);
  }
}

TEST(CareOf, ALeakOrAnEmergencyWaitsForNothing) {
  EXPECT_EQ(CareOf(Of(Cause::kLeak)), Care::kNone);
  EXPECT_EQ(CareOf(Of(Cause::kManual, Urgency::kEmergency)), Care::kNone);
  CredentialRotation hastened = Of(Cause::kSchedule);
  hastened.status.urgency = Urgency::kEmergency;
  EXPECT_EQ(CareOf(hastened), Care::kNone) << "escalated in place";
}

TEST(CareOf, I16_TheWayBackWaitsForNothing) {
  CredentialRotation rotation = Of(Cause::kSchedule);
  BeginStep(rotation.status, Step::kRollBack, {});
  EXPECT_EQ(CareOf(rotation), Care::kNone);
}

// Found by the scenario stale-node: a container that was restarted in place with the new key looked
// unhealthy "before", and the rotation never went back.
TEST(CareOf, AWorkloadThatIsUnhealthySinceTheDeliveryIsRestarted) {
  CredentialRotation rotation = Of(Cause::kSchedule);
  BeginStep(rotation.status, Step::kDeliver, {});
  EXPECT_EQ(CareOf(rotation), Care::kNotHealth);
}

TEST(CareOf, AKeyThatIsRefusedIsReplacedUnderUnhealthyWorkloadsToo) {
  EXPECT_EQ(CareOf(Of(Cause::kDrift)), Care::kNotHealth);
}

TEST(GateQueryOf, TakesDeliveryTimeAndLimitFromTheirPlaces) {
  OperatorRig rig;
  rig.installation.workload_restarts = 7;
  auto credential =
      builders::ManagedCredentialBuilder("stripe-live").WithCurrentKey(4, "key_4").Build();
  credential.status.current->revision = 5;
  const GateQuery query = GateQueryOf(rig.env, credential, Care::kNotHealth);
  EXPECT_EQ(query.credential, "stripe-live");
  EXPECT_EQ(query.revision, 5);
  EXPECT_EQ(query.now, rig.clock.WallNow());
  EXPECT_EQ(query.care, Care::kNotHealth);
  EXPECT_EQ(query.restarts_per_hour, 7);
}

}  // namespace
}  // namespace keysteward::op
