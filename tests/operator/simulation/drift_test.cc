// A delivered Secret that others edit or delete: it comes back, and who started with what they left
// there restarts, also when the operator is killed at any call of the way.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "api/core/workload_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "operator/consumers/workload.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_world.h"

namespace keysteward::op {
namespace {

using api::core::Secret;
using api::v1alpha1::Cause;
using api::v1alpha1::RotationResult;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

constexpr const char* kWrong = "somebody-elses-key";

class Drift : public testing::Test {
 protected:
  static void Prepare(OperatorWorld& world, int deployments = 1, Duration overlap = 10s) {
    for (int i = 0; i < deployments; ++i) {
      world.cluster.AddDeployment("payments", i == 0 ? "api" : "worker", 2, "stripe-live");
    }
    world.Apply(ManagedCredentialBuilder("stripe-live").WithOverlapAndQuiet(overlap, 10s).Build());
    world.RunUntilRest();
    world.RunFor(1min);
  }
  static void Edit(OperatorWorld& world) {
    ASSERT_TRUE(world.server.Patch(
        api::KindOf<Secret>::resource, {"payments", "stripe-live"}, kube::PatchType::kMerge,
        {{"metadata", {{"annotations", {{api::v1alpha1::kKeyIdAnnotation, kWrong}}}}},
         {"data", {{"key", "aGFja2Vk"}}}},
        {}, {}));
  }
  // One pod dies and its successor starts, before the operator looks.
  static void RestartOnePod(OperatorWorld& world, const std::string& deployment = "api") {
    world.cluster.KillOnePod(deployment);
    world.cluster.Tick();
  }
  static void ExpectAtRest(OperatorWorld& world) {
    world.ExpectSettled();
    EXPECT_FALSE(world.Credential().status.drift);
    const int64_t before = world.server.revision();
    world.RunFor(10min);
    EXPECT_EQ(world.server.revision(), before) << "at rest nothing is written";
  }
  std::string Reason(const std::string& type) {
    const auto credential = world.Credential();
    const api::Condition* found = api::FindCondition(credential.status.conditions, type);
    return found == nullptr ? "" : found->status + " " + found->reason;
  }
  int SecretWrites() {
    return static_cast<int>(world.server.CallCount("patch", "secrets") +
                            world.server.CallCount("create", "secrets"));
  }

  OperatorWorld world;
};

TEST_F(Drift, AnEditedSecretIsRestoredInPlaceWhenNoPodStartedMeanwhile) {
  Prepare(world);
  const int started = world.cluster.started();
  Edit(world);
  world.RunUntilRest();
  EXPECT_EQ(world.Credential().status.revision, 1);
  EXPECT_EQ(world.Credential().status.current->revision, 1);
  EXPECT_EQ(world.cluster.started(), started);
  EXPECT_EQ(world.cluster.rollouts("api"), 0);
  ExpectAtRest(world);
}

TEST_F(Drift, ADeletedSecretComesBackUnderTheSameRevision) {
  Prepare(world);
  ASSERT_TRUE(
      world.server.Delete(api::KindOf<Secret>::resource, {"payments", "stripe-live"}, {}, {}));
  world.RunUntilRest();
  EXPECT_EQ(world.Credential().status.revision, 1);
  EXPECT_EQ(world.cluster.rollouts("api"), 0);
  ExpectAtRest(world);
}

TEST_F(Drift, WhoStartedWithTheWrongValueRestartsOntoANewRevision) {
  Prepare(world);
  Edit(world);
  RestartOnePod(world);
  ASSERT_THAT(world.cluster.HeldKeys(), Contains(kWrong));
  world.RunUntilRest();
  EXPECT_THAT(world.cluster.HeldKeys(), Not(Contains(kWrong)));
  EXPECT_EQ(world.Credential().status.current->revision, 2);
  EXPECT_EQ(world.Credential().status.current->generation, 1) << "the key is the same";
  EXPECT_EQ(world.cluster.rollouts("api"), 1) << "I18: one revision, one restart";
  EXPECT_EQ(world.Rotations().size(), 1u) << "no rotation was needed";
  ExpectAtRest(world);
}

TEST_F(Drift, ConditionsTellTheWayBack) {
  Prepare(world);
  EXPECT_EQ(Reason("Delivered"), "True KeyDelivered");
  Edit(world);
  RestartOnePod(world);
  world.Step();
  EXPECT_EQ(Reason("Delivered"), "False SecretDrifted");
  EXPECT_EQ(Reason("ConsumersCurrent"), "False SecretDrifted");
  EXPECT_EQ(Reason("Ready"), "True KeyDelivered") << "the key itself works";
  world.Step();
  EXPECT_EQ(Reason("Delivered"), "True KeyDelivered");
  EXPECT_EQ(Reason("ConsumersCurrent"), "False RolloutInProgress");
  world.RunUntilRest();
  EXPECT_EQ(Reason("ConsumersCurrent"), "True AllCurrent");
}

TEST_F(Drift, AWatchedDriftIsWrittenDownBeforeTheSecretIsTouched) {
  Prepare(world);
  Edit(world);
  RestartOnePod(world);
  world.server.ForgetCalls();
  world.Step();
  EXPECT_EQ(SecretWrites(), 0);
  ASSERT_TRUE(world.Credential().status.drift);
  EXPECT_TRUE(world.Credential().status.drift->since);
  EXPECT_EQ(world.Credential().status.drift->revision, 2);
  world.Step();
  EXPECT_EQ(SecretWrites(), 1);
  EXPECT_TRUE(world.Credential().status.drift->restored_at);
}

TEST_F(Drift, APodThatStartsWhileAKubeletMayStillServeTheWrongValueRestartsToo) {
  Prepare(world);
  Edit(world);
  world.Step();
  world.Step();
  ASSERT_TRUE(world.Credential().status.drift->restored_at);
  ASSERT_EQ(world.Credential().status.drift->revision, 0) << "in place, so far";
  RestartOnePod(world);
  world.RunUntilRest();
  EXPECT_EQ(world.Credential().status.current->revision, 2);
  EXPECT_EQ(world.cluster.rollouts("api"), 1);
  ExpectAtRest(world);
}

TEST_F(Drift, ASecondDriftDuringTheRestartsMovesEverybodyOnceMore) {
  Prepare(world, 2);
  Edit(world);
  RestartOnePod(world);
  for (int i = 0; i < 200 && world.cluster.rollouts("api") == 0; ++i) {
    world.Step();
    world.clock.Advance(200ms);
  }
  ASSERT_EQ(world.cluster.rollouts("api"), 1);
  Edit(world);
  RestartOnePod(world, "worker");
  ASSERT_THAT(world.cluster.HeldKeys(), Contains(kWrong));
  world.RunUntilRest();
  EXPECT_EQ(world.Credential().status.current->revision, 3);
  EXPECT_THAT(world.cluster.HeldKeys(), Not(Contains(kWrong)));
  ExpectAtRest(world);
}

TEST_F(Drift, TwoDriftsInARowAfterEachOtherAreTwoRepairs) {
  Prepare(world);
  for (const int64_t revision : {2, 3}) {
    Edit(world);
    RestartOnePod(world);
    world.RunUntilRest();
    EXPECT_EQ(world.Credential().status.current->revision, revision);
    world.RunFor(1min);
  }
  EXPECT_EQ(world.cluster.rollouts("api"), 2);
  ExpectAtRest(world);
}

TEST_F(Drift, RestartsStayWithinTheLimitOfTheCredential) {
  for (const char* name : {"api", "worker"}) {
    world.cluster.AddDeployment("payments", name, 2, "stripe-live");
  }
  world.Apply(ManagedCredentialBuilder("stripe-live")
                  .With([](auto& c) { c.spec.consumers.max_concurrent = 1; })
                  .Build());
  world.RunUntilRest();
  world.RunFor(1min);
  Edit(world);
  RestartOnePod(world);
  bool both_at_once = false;
  const auto rolls = [&](const char* name) {
    const auto deployment =
        world.server.Get(api::KindOf<api::core::Deployment>::resource, {"payments", name}, {});
    return !ToWorkload(*api::Decode<api::core::Deployment>(*deployment)).RolloutComplete();
  };
  for (int i = 0; i < 400; ++i) {
    world.Step();
    const bool told = world.cluster.rollouts("api") > 0 && world.cluster.rollouts("worker") > 0;
    both_at_once = both_at_once || (told && rolls("api") && rolls("worker"));
    world.clock.Advance(100ms);
  }
  EXPECT_FALSE(both_at_once);
  EXPECT_EQ(world.cluster.rollouts("api"), 1);
  EXPECT_EQ(world.cluster.rollouts("worker"), 1);
  ExpectAtRest(world);
}

TEST_F(Drift, TheSwitchHoldsRepairAndRestartsAndLosesNothing) {
  Prepare(world);
  world.effects_disabled = true;
  Edit(world);
  RestartOnePod(world);
  world.server.ForgetCalls();
  world.RunFor(5min);
  EXPECT_EQ(SecretWrites(), 0);
  EXPECT_EQ(Reason("Delivered"), "False SecretDrifted");
  world.effects_disabled = false;
  world.RunUntilRest();
  EXPECT_EQ(world.cluster.rollouts("api"), 1);
  ExpectAtRest(world);
}

TEST_F(Drift, DuringARunningRotationItIsRepairedBeforeTheOldKeyIsEnded) {
  Prepare(world, 1, 5min);
  world.Request(CredentialRotationBuilder("by-hand")
                    .Of("stripe-live")
                    .Because(Cause::kManual, "asked for in a test")
                    .Build());
  for (int i = 0; i < 2000 && !world.Rotation("by-hand").status.FindStep("Overlap"); ++i) {
    world.Step();
    world.clock.Advance(200ms);
  }
  const std::string new_key = world.KeyIdInSecret();
  Edit(world);
  RestartOnePod(world);
  world.RunFor(30s);
  EXPECT_EQ(world.KeyIdInSecret(), new_key);
  EXPECT_THAT(world.cluster.HeldKeys(), ElementsAre(new_key));
  EXPECT_FALSE(world.Rotation("by-hand").status.result);
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("by-hand").status.result, RotationResult::kProven);
  ExpectAtRest(world);
}

// --- killed on the way ---

class DriftCrash : public testing::TestWithParam<bool> {};

TEST_P(DriftCrash, KilledAtAnyCallOfARepairWithRestartItConverges) {
  for (int index = 0; index < 400; ++index) {
    SCOPED_TRACE("killed at call " + std::to_string(index));
    OperatorWorld world;
    world.cluster.AddDeployment("payments", "api", 2, "stripe-live");
    world.Apply(ManagedCredentialBuilder("stripe-live").Build());
    world.RunUntilRest();
    ASSERT_TRUE(world.server.Patch(
        api::KindOf<Secret>::resource, {"payments", "stripe-live"}, kube::PatchType::kMerge,
        {{"metadata", {{"annotations", {{api::v1alpha1::kKeyIdAnnotation, kWrong}}}}},
         {"data", {{"key", "aGFja2Vk"}}}},
        {}, {}));
    world.cluster.KillOnePod("api");
    world.cluster.Tick();
    world.CrashAt(index, GetParam());
    world.RunUntilRest();
    EXPECT_EQ(world.cluster.rollouts("api"), 1) << "one revision restarts it once";
    EXPECT_EQ(world.Credential().status.current->revision, 2);
    EXPECT_FALSE(world.Credential().status.drift);
    world.ExpectSettled();
    if (HasFailure() || !world.crashed()) {
      EXPECT_GT(index, 10) << "a repair takes more calls than that";
      return;
    }
  }
  FAIL() << "a repair takes more calls than expected";
}

INSTANTIATE_TEST_SUITE_P(BeforeAndAfterTheEffect, DriftCrash, testing::Bool(),
                         [](const auto& suite) { return suite.param ? "After" : "Before"; });

}  // namespace
}  // namespace keysteward::op
