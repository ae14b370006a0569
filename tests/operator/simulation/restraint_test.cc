// Restarts that are held back, and how people are told: unhealthy workloads, budgets, workloads
// that flap, rollouts that do not end.
#include <gtest/gtest.h>

#include "api/core/disruption_budget_types.h"
#include "api/core/workload_types.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_world.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Cause;
using api::v1alpha1::RotationResult;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class Restraint : public testing::Test {
 protected:
  Restraint() {
    world.cluster.AddDeployment("payments", "api", 2, "stripe-live");
    world.cluster.AddDeployment("payments", "web", 2, "stripe-live");
    world.Apply(ManagedCredentialBuilder("stripe-live")
                    .WithOverlapAndQuiet(10s, 10s)
                    .With([](auto& c) { c.spec.rotation.rollout_timeout = 5min; })
                    .Build());
    world.RunUntilRest();
  }
  void Ask(const std::string& name, Cause cause = Cause::kManual) {
    world.Request(CredentialRotationBuilder(name)
                      .Of("stripe-live")
                      .Because(cause, "asked for in a test")
                      .Build());
  }
  // "<reason>: <message>" of condition Blocked; "" without.
  std::string Blocked(const std::string& name) {
    const auto rotation = world.Rotation(name);
    const auto* blocked = api::FindCondition(rotation.status.conditions, "Blocked");
    return blocked == nullptr ? "" : blocked->reason + ": " + blocked->message;
  }
  // The same of the credential's condition ConsumersCurrent.
  std::string ConsumersCurrent() {
    const auto credential = world.Credential();
    const auto* found = api::FindCondition(credential.status.conditions, "ConsumersCurrent");
    return found == nullptr ? "" : found->reason + ": " + found->message;
  }
  void ExpectProven(const std::string& name) {
    world.RunUntilRest();
    EXPECT_EQ(world.Rotation(name).status.result, RotationResult::kProven);
    EXPECT_THAT(world.violations(), IsEmpty());
    world.ExpectSettled();
  }
  void SetBudget(int64_t allowed) {
    const api::Resource& resource = api::KindOf<api::core::PodDisruptionBudget>::resource;
    (void)world.server.Create(resource,
                              {{"apiVersion", "policy/v1"},
                               {"kind", "PodDisruptionBudget"},
                               {"metadata", {{"name", "tight"}, {"namespace", "payments"}}},
                               {"spec", {{"selector", {{"matchLabels", {{"app", "api"}}}}}}}},
                              {}, {});
    ASSERT_TRUE(world.server.Patch(
        resource, {"payments", "tight"}, kube::PatchType::kMerge,
        {{"status", {{"observedGeneration", 1}, {"disruptionsAllowed", allowed}}}},
        {.subresource = "status"}, {}));
  }
  // The rollouts of Deployment api end pods first.
  void Recreate() {
    ASSERT_TRUE(world.server.Patch(api::KindOf<api::core::Deployment>::resource,
                                   {"payments", "api"}, kube::PatchType::kMerge,
                                   {{"spec", {{"strategy", {{"type", "Recreate"}}}}}}, {}, {}));
    world.RunUntilRest();
  }

  OperatorWorld world;
};

TEST_F(Restraint, I18_AWorkloadThatWasUnhealthyBeforeIsLeftAloneAndNamed) {
  world.cluster.SetHealthy("api", false);
  world.RunFor(5s);
  const int rollouts = world.cluster.rollouts("api");
  Ask("by-hand");
  world.RunFor(20min);
  EXPECT_EQ(world.cluster.rollouts("api"), rollouts);
  EXPECT_THAT(Blocked("by-hand"), HasSubstr("UnhealthyBefore: Deployment api"));
  EXPECT_THAT(world.provider.LiveKeys(), SizeIs(2)) << "the old key stays";
  EXPECT_FALSE(world.Rotation("by-hand").status.result) << "the others keep the new key";
  world.cluster.SetHealthy("api", true);
  ExpectProven("by-hand");
}

TEST_F(Restraint, TheSummaryDoesNotCallAWorkloadUnhealthyBeforeThatItsRotationRestarts) {
  Ask("by-hand");
  for (int i = 0; i < 2000 && !world.Rotation("by-hand").status.FindStep("Restart"); ++i) {
    world.Step();
    world.clock.Advance(100ms);
  }
  world.cluster.SetHealthy("api", false);
  const int rollouts = world.cluster.rollouts("api");
  while (world.cluster.rollouts("api") == rollouts) {
    world.Step();
    EXPECT_THAT(ConsumersCurrent(), StartsWith("RolloutInProgress")) << "not told yet";
    ASSERT_FALSE(world.Rotation("by-hand").status.result);
    world.clock.Advance(100ms);
  }
  world.RunFor(1min);
  EXPECT_THAT(ConsumersCurrent(), StartsWith("CrashLooping")) << "judged by its rollout";
  world.cluster.SetHealthy("api", true);
  ExpectProven("by-hand");
}

TEST_F(Restraint, ALeakRestartsAnUnhealthyWorkloadToo) {
  world.cluster.SetHealthy("api", false);
  const int rollouts = world.cluster.rollouts("api");
  Ask("leak", Cause::kLeak);
  world.RunFor(1min);
  EXPECT_EQ(world.cluster.rollouts("api"), rollouts + 1);
  world.cluster.SetHealthy("api", true);
  ExpectProven("leak");
}

TEST_F(Restraint, I16_TheWayBackRestartsAWorkloadThatTheNewKeyMadeUnhealthy) {
  world.cluster.BreakOnOtherKeyThan("api", world.KeyIdInSecret());
  Ask("bad");
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("bad").status.result, RotationResult::kRolledBack);
  world.ExpectSettled();
}

TEST_F(Restraint, ABudgetWithoutRoomHoldsARolloutThatWouldTakePodsAway) {
  Recreate();
  SetBudget(0);
  const int rollouts = world.cluster.rollouts("api");
  Ask("by-hand");
  world.RunFor(20min);
  EXPECT_EQ(world.cluster.rollouts("api"), rollouts);
  EXPECT_THAT(Blocked("by-hand"), HasSubstr("BudgetExhausted: Deployment api"));
  EXPECT_THAT(Blocked("by-hand"), HasSubstr("PodDisruptionBudget tight"));
  SetBudget(1);
  ExpectProven("by-hand");
}

TEST_F(Restraint, ABudgetWithoutRoomHoldsNoRolloutThatAddsPodsFirst) {
  SetBudget(0);
  Ask("by-hand");
  ExpectProven("by-hand");
}

TEST_F(Restraint, AFourthRestartWithinAnHourIsHeldAlsoByANewProcess) {
  for (const char* name : {"one", "two", "three"}) {
    Ask(name);
    ExpectProven(name);
  }
  const int rollouts = world.cluster.rollouts("api");
  world.RestartOperator();
  Ask("four");
  world.RunFor(20min);
  EXPECT_EQ(world.cluster.rollouts("api"), rollouts);
  EXPECT_THAT(Blocked("four"), HasSubstr("TooManyRestarts: Deployment api"));
  EXPECT_THAT(Blocked("four"), HasSubstr("goes on at 20"));
  EXPECT_THAT(ConsumersCurrent(), StartsWith("TooManyRestarts: "));
  ExpectProven("four");
}

TEST_F(Restraint, ALeakDoesNotWaitForTheFlapBreaker) {
  for (const char* name : {"one", "two", "three"}) {
    Ask(name);
    ExpectProven(name);
  }
  const MonoTime asked = world.clock.MonoNow();
  Ask("leak", Cause::kLeak);
  ExpectProven("leak");
  EXPECT_LT(world.clock.MonoNow() - asked, 10min);
}

TEST_F(Restraint, I20_ARolloutThatDoesNotEndIsToldAfterItsTime) {
  world.cluster.Stall("api", true);
  Ask("by-hand");
  world.RunFor(4min);
  EXPECT_EQ(Blocked("by-hand"), "");
  world.RunFor(2min);
  EXPECT_THAT(Blocked("by-hand"), HasSubstr("RolloutStuck: Deployment api"));
  EXPECT_THAT(world.provider.LiveKeys(), SizeIs(2));
  const int64_t before = world.server.revision();
  world.RunFor(10min);
  EXPECT_EQ(world.server.revision(), before) << "a wait writes nothing";
  world.cluster.Stall("api", false);
  ExpectProven("by-hand");
  EXPECT_EQ(Blocked("by-hand"), "");
}

}  // namespace
}  // namespace keysteward::op
