// The operator is killed at every call it makes, before and after its effect, and always converges
// with every invariant intact.
#include <gtest/gtest.h>

#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_world.h"

namespace keysteward::op {
namespace {

using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations

void Prepare(OperatorWorld& world) {
  world.cluster.AddDeployment("payments", "api", 2, "stripe-live");
  world.Apply(ManagedCredentialBuilder("stripe-live").WithOverlapAndQuiet(10s, 10s).Build());
  world.RunUntilRest();
  world.Request(CredentialRotationBuilder("by-hand")
                    .Of("stripe-live")
                    .Because(api::v1alpha1::Cause::kManual, "crash test")
                    .Build());
}

// How many calls a rotation without a crash makes.
int CallsOfOneRotation() {
  OperatorWorld world;
  Prepare(world);
  world.CountCallsFromNow();
  world.RunUntilRest();
  return world.calls();
}

class CrashTest : public testing::TestWithParam<bool> {};

TEST_P(CrashTest, KilledAtAnyCallOfARotationItConverges) {
  const int calls = CallsOfOneRotation();
  ASSERT_GT(calls, 40);
  for (int index = 0; index < calls; ++index) {
    SCOPED_TRACE("killed at call " + std::to_string(index));
    OperatorWorld world;
    Prepare(world);
    world.CrashAt(index, GetParam());
    world.RunUntilRest();
    EXPECT_TRUE(world.crashed());
    EXPECT_TRUE(world.Rotation("by-hand").status.result);
    world.ExpectSettled();
    if (HasFailure()) return;
  }
}

TEST_P(CrashTest, KilledAtAnyCallOfAFirstKeyItConverges) {
  for (int index = 0; index < 400; ++index) {
    SCOPED_TRACE("killed at call " + std::to_string(index));
    OperatorWorld world;
    world.Apply(ManagedCredentialBuilder("stripe-live").WithOverlapAndQuiet(10s, 10s).Build());
    world.CrashAt(index, GetParam());
    world.RunUntilRest();
    if (!world.crashed()) return;
    world.ExpectSettled();
    if (HasFailure()) return;
  }
  FAIL() << "a first key takes more calls than expected";
}

INSTANTIATE_TEST_SUITE_P(BeforeAndAfterTheEffect, CrashTest, testing::Bool(),
                         [](const auto& suite) { return suite.param ? "After" : "Before"; });

}  // namespace
}  // namespace keysteward::op
