// What must hold before the old key is disabled or deleted; both steps ask the same guard.
#include "operator/rotation/steps/old_key_guard.h"

#include "api/core/secret_types.h"
#include "tests/operator/rotation/steps/ending_steps_fixture.h"

namespace keysteward::op {
namespace {

using Outcome = StepReport::Outcome;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST_F(EndingSteps, I9_AFreshReadThatFailsPermitsNothing) {
  rig.consumers.fresh_error = Error::Unavailable("the API server is away");
  EXPECT_FALSE(Try(Step::kDisable));
  EXPECT_FALSE(Try(Step::kRevoke));
  EXPECT_TRUE(Lives(old_key));
}

TEST_F(EndingSteps, I1_AKeyTheSecretStillHoldsIsNotEnded) {
  const StagedKey staged = rig.Staged(state.credential, 1);
  const auto now = ReadDelivered(rig.env, state.credential, {});
  ASSERT_TRUE(WriteDelivered(rig.env, state.credential, staged, *now, {}));
  for (const Step step : {Step::kDisable, Step::kRevoke}) {
    EXPECT_EQ(Do(step).reason, "KeyInSecret");
  }
  EXPECT_TRUE(Lives(old_key));
}

TEST_F(EndingSteps, I1_TheCurrentKeyIsNeverEnded) {
  state.credential.status.current->generation = 1;
  EXPECT_EQ(Do(Step::kRevoke).reason, "KeyInSecret");
}

TEST_F(EndingSteps, I8_LosingTheLeaseRightBeforeTheHarmMakesNoCall) {
  Do(Step::kDisable);
  rig.consumers.on_fresh = [this] { rig.is_leader = false; };
  for (const Step step : {Step::kDisable, Step::kRevoke}) {
    const auto report = Try(step);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().message, "no longer leader");
  }
  EXPECT_THAT(rig.ProviderVerbs(), Not(Contains("disable")));
  EXPECT_THAT(rig.ProviderVerbs(), Not(Contains("delete")));
}

TEST_F(EndingSteps, I8_ALeaseThatEndsBeforeTheCallWouldPermitsNone) {
  Do(Step::kDisable);
  rig.lease_remaining = 1999ms;
  for (const Step step : {Step::kDisable, Step::kRevoke}) {
    const auto report = Try(step);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
  }
  EXPECT_THAT(rig.ProviderVerbs(), Not(Contains("disable")));
  EXPECT_THAT(rig.ProviderVerbs(), Not(Contains("delete")));
}

TEST_F(EndingSteps, I8_TheCallEndsBeforeTheLeaseDoes) {
  Do(Step::kDisable);
  rig.lease_remaining = 6s;
  Do(Step::kDisable);
  EXPECT_EQ(rig.provider.calls().back().timeout, 5s);
  rig.lease_remaining = 4s;
  Do(Step::kRevoke);
  EXPECT_EQ(rig.provider.calls().back().timeout, 3s);
}

TEST_F(EndingSteps, I1_ASecretThatOthersChangedPermitsNoHarm) {
  ASSERT_TRUE(rig.server.Patch(api::KindOf<api::core::Secret>::resource,
                               {"payments", "stripe-live"}, kube::PatchType::kMerge,
                               {{"data", {{"key", "aGFja2Vk"}}}}, {}, {}));
  EXPECT_EQ(Do(Step::kDisable).reason, "SecretDrifted");
  EXPECT_EQ(Do(Step::kRevoke).reason, "SecretDrifted");
  EXPECT_TRUE(Lives(old_key));
}

TEST_F(EndingSteps, I1_ADriftWhosePodsMayStillRunPermitsNoHarm) {
  state.credential.status.drift = api::v1alpha1::SecretDrift{.restored_at = rig.clock.WallNow()};
  EXPECT_EQ(Do(Step::kRevoke).reason, "SecretDrifted") << "the old key may have been put there";
  state.credential.status.drift.reset();
  EXPECT_EQ(Do(Step::kRevoke).outcome, Outcome::kDone);
}

TEST_F(EndingSteps, I22_AKeyNeitherListedNorAnsweringAsOursIsNotEnded) {
  state.rotation.status.old_key->id = "somebody-elses";
  Do(Step::kDisable);
  const StepReport report = Do(Step::kDisable);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.message, "the provider lists no key somebody-elses with our label");
  EXPECT_TRUE(Do(Step::kRevoke).blocked);
  EXPECT_THAT(rig.ProviderVerbs(), Not(Contains("delete")));
}

TEST_F(EndingSteps, I22_WithoutAListTheIdMustBeTheStagedOne) {
  rig.provider.behaviour.lists = false;
  EXPECT_EQ(Do(Step::kRevoke).outcome, Outcome::kDone);
  state.rotation.status.old_key->id = "somebody-elses";
  EXPECT_EQ(Do(Step::kRevoke).message,
            "key somebody-elses is not the one staged for this credential");
}

TEST_F(EndingSteps, I20_AKeyThatStaysInUseIsBlocked) {
  rig.consumers.fresh = {NotRestarted("api", 2, 1)};
  state.in_step = state.credential.spec.rotation.rollout_timeout;
  for (const Step step : {Step::kDisable, Step::kRevoke}) {
    At(step);
    const StepReport report = Do(step);
    EXPECT_TRUE(report.blocked) << StepName(step);
    EXPECT_EQ(report.reason, "InUse");
    EXPECT_THAT(report.message, HasSubstr("Deployment api"));
  }
  EXPECT_TRUE(Lives(old_key));
}

}  // namespace
}  // namespace keysteward::op
