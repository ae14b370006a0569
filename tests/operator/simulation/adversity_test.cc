// What production does to a rotation: frozen leaders, clocks that jump, outages, lost replies,
// deletion at any moment, leaks in the middle, and random schedules of crashes.
//
// Bugs seeded by hand, each seen to turn these tests red:
//   1. Revoke does not read the gate again       → EndingSteps.RevokeWaitsForAConsumerThatCameBack…
//   2. Overlap measured by the wall clock alone  → NextStep.I10_NoJumpOfTheWallClockEnds…
//   3. create again at once after a lost reply   → IssueStep.AfterDoubtNothingIsCreatedWhile…
//   4. the lease is not asked before a delete    → EndingSteps.I8_LosingTheLeaseRightBeforeTheHarm…
//   5. a foreign Secret is adopted               → DeliveredSecretTest.I15_OneThatIsThereWithout…
//   6. restart drops others' annotations         → WorkloadPatch.CarriesEveryRevisionAnnotation…
//   7. a use seen in Quiet changes nothing       → QuietStep.AUseSwitchesTheKeyOnAgain…
//   8. an ended rotation keeps its finalizer     → RotationReconciler.AnEndedOneWhoseFinalizer…
//   9. halts only stop before a step begins      → NextStepTable TheSwitchStopsADeleteThatIsBeing…
//  10. the sweeper trusts its cache              → SweeperTest.I9_AClaimTheCacheHasNotSeenKeeps…
#include <gtest/gtest.h>

#include "api/v1alpha1/annotations.h"
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
using testing::Contains;
using testing::IsEmpty;
using testing::SizeIs;

api::v1alpha1::CredentialRotation Asked(const std::string& name, Cause cause = Cause::kManual,
                                        const std::string& credential = "stripe-live") {
  return CredentialRotationBuilder(name)
      .Of(credential)
      .Because(cause, "asked for in a test")
      .Build();
}

void Prepare(OperatorWorld& world, Duration overlap = 10s) {
  world.cluster.AddDeployment("payments", "api", 2, "stripe-live");
  world.Apply(ManagedCredentialBuilder("stripe-live").WithOverlapAndQuiet(overlap, 10s).Build());
  world.RunUntilRest();
}

// Steps until the rotation has begun that step.
void RunInto(OperatorWorld& world, const std::string& rotation, const std::string& step) {
  for (int i = 0; i < 5000; ++i) {
    if (world.Rotation(rotation).status.FindStep(step) != nullptr) return;
    world.Step();
    world.clock.Advance(200ms);
  }
  FAIL() << rotation << " never came to " << step;
}

bool HasEvidence(const api::v1alpha1::CredentialRotation& rotation, const std::string& type) {
  for (const auto& entry : rotation.status.evidence) {
    if (entry.type == type) return true;
  }
  return false;
}

TEST(Adversity, I10_NoJumpOfTheClockEndsAnOverlapEarly) {
  for (const Duration jump : std::initializer_list<Duration>{24h * 3653, -24h * 3653, 1h}) {
    OperatorWorld world;
    Prepare(world, 2min);
    world.Request(Asked("by-hand"));
    RunInto(world, "by-hand", "Overlap");
    const std::string old_key = world.Rotation("by-hand").status.old_key->id;
    const MonoTime begun = world.clock.MonoNow();
    world.clock.JumpWall(jump);
    while (world.Rotation("by-hand").status.FindStep("Disable") == nullptr &&
           world.clock.MonoNow() - begun < 1h) {
      EXPECT_THAT(world.provider.LiveKeys(), Contains(old_key));
      world.Step();
      world.clock.Advance(5s);
    }
    EXPECT_GE(world.clock.MonoNow() - begun, 2min - 1s) << jump.count();
    EXPECT_LT(world.clock.MonoNow() - begun, 3min) << "and it does not hold it for ever";
    world.RunUntilRest();
    EXPECT_EQ(world.Rotation("by-hand").status.result, RotationResult::kProven);
    EXPECT_THAT(world.violations(), IsEmpty());
  }
}

TEST(Adversity, TwoCredentialsOfOneDeploymentRotatedInTurnAreExactlyTwoRollouts) {
  OperatorWorld world;
  world.cluster.AddDeployment("payments", "api", 2, "stripe-live");
  world.cluster.AlsoReads("api", "smtp");
  for (const char* name : {"stripe-live", "smtp"}) {
    world.Apply(ManagedCredentialBuilder(name).WithOverlapAndQuiet(10s, 10s).Build());
  }
  world.RunUntilRest();
  const int before = world.cluster.rollouts("api");
  world.Request(Asked("one"));
  world.RunUntilRest();
  world.Request(Asked("two", Cause::kManual, "smtp"));
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("one").status.result, RotationResult::kProven);
  EXPECT_EQ(world.Rotation("two").status.result, RotationResult::kProven);
  EXPECT_EQ(world.cluster.rollouts("api") - before, 2);
  EXPECT_THAT(world.violations(), IsEmpty());
}

TEST(Adversity, I11_ADoubleCreateBehindALaggingListAndALostReplyEndsWithOneKey) {
  OperatorWorld world;
  Prepare(world);
  world.provider.behaviour.create_twice = true;
  world.provider.behaviour.listed_after = 30s;
  world.provider.FailNext("create", Error::UnknownOutcome("cut"), ProviderPhase::kAfter);
  world.Request(Asked("by-hand"));
  RunInto(world, "by-hand", "Issue");
  world.Step();
  world.provider.behaviour.create_twice = false;
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("by-hand").status.result, RotationResult::kProven);
  world.ExpectSettled();
}

TEST(Adversity, AReplyLostAfterALongOutageIsStillLookedUpForTheWholeWindow) {
  OperatorWorld world;
  Prepare(world);
  world.provider.behaviour.listed_after = 30s;
  world.Request(Asked("by-hand"));
  world.provider.down = true;
  world.RunFor(5min);
  const size_t before = world.provider.keys().size();
  world.provider.down = false;
  world.provider.FailNext("create", Error::UnknownOutcome("cut"), ProviderPhase::kAfter);
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("by-hand").status.result, RotationResult::kProven);
  EXPECT_EQ(before, 1u);
  EXPECT_THAT(world.violations(), IsEmpty());
  world.ExpectSettled();
}

TEST(Adversity, AProviderOutageAtAnyStepIsWaitedOut) {
  for (const char* step :
       {"Issue", "Probe", "Deliver", "Overlap", "Disable", "Quiet", "Revoke", "Prove"}) {
    SCOPED_TRACE(step);
    OperatorWorld world;
    Prepare(world);
    world.Request(Asked("by-hand"));
    RunInto(world, "by-hand", step);
    world.provider.down = true;
    world.RunFor(10min);
    EXPECT_TRUE(api::IsTrue(world.Credential().status.conditions, "Ready"));
    world.provider.down = false;
    world.RunUntilRest();
    EXPECT_EQ(world.Rotation("by-hand").status.result, RotationResult::kProven);
    world.ExpectSettled();
  }
}

TEST(Adversity, ALeakBeforeDeliveryUndoesTheWeakerRotation) {
  OperatorWorld world;
  Prepare(world);
  world.provider.behaviour.valid_after = 30s;
  world.Request(Asked("weak"));
  RunInto(world, "weak", "Probe");
  world.Request(Asked("leak", Cause::kLeak));
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("weak").status.result, RotationResult::kSuperseded);
  EXPECT_EQ(world.Rotation("leak").status.result, RotationResult::kProven);
  world.ExpectSettled();
}

TEST(Adversity, ALeakAfterDeliveryHastensTheRunningRotationAndTheEvidenceSaysSo) {
  OperatorWorld world;
  Prepare(world, 24h);
  world.Request(Asked("weak"));
  RunInto(world, "weak", "Overlap");
  world.Request(Asked("leak", Cause::kLeak));
  world.RunUntilRest(30min);
  EXPECT_EQ(world.Rotation("weak").status.result, RotationResult::kProven);
  EXPECT_TRUE(HasEvidence(world.Rotation("weak"), "ForcedAction"));
  EXPECT_EQ(world.Rotation("leak").status.result, RotationResult::kProven);
  world.ExpectSettled();
}

TEST(Adversity, AKeyRevokedByOthersIsReplacedAndPeopleAreTold) {
  OperatorWorld world;
  world.cluster.AddDeployment("payments", "api", 2, "stripe-live");
  world.Apply(ManagedCredentialBuilder("stripe-live")
                  .WithOverlapAndQuiet(10s, 10s)
                  .With([](auto& c) { c.spec.verification.interval = 1min; })
                  .Build());
  world.RunUntilRest();
  world.provider.RevokeByOthers(world.KeyIdInSecret());
  world.RunFor(10min);
  EXPECT_EQ(world.Credential().status.current->generation, 2);
  EXPECT_EQ(world.Rotation("stripe-live-2").spec.cause, Cause::kDrift);
  EXPECT_EQ(world.Rotation("stripe-live-2").status.result, RotationResult::kProven);
  bool told = false;
  for (const auto& event : world.events) told = told || event.reason == "KeyRefused";
  EXPECT_TRUE(told);
}

TEST(Adversity, TheSwitchStopsRestartsThatAreUnderWayAndLetsThemGoOnLater) {
  OperatorWorld world;
  world.cluster.AddDeployment("payments", "api", 2, "stripe-live");
  world.cluster.AddDeployment("payments", "web", 2, "stripe-live");
  world.Apply(ManagedCredentialBuilder("stripe-live")
                  .WithOverlapAndQuiet(10s, 10s)
                  .With([](auto& c) { c.spec.consumers.max_concurrent = 1; })
                  .Build());
  world.RunUntilRest();
  world.Request(Asked("by-hand"));
  RunInto(world, "by-hand", "Restart");
  world.effects_disabled = true;
  const int rollouts = world.cluster.rollouts("api") + world.cluster.rollouts("web");
  world.RunFor(5min);
  EXPECT_EQ(world.cluster.rollouts("api") + world.cluster.rollouts("web"), rollouts);
  EXPECT_TRUE(api::IsTrue(world.Rotation("by-hand").status.conditions, "Blocked"));
  world.effects_disabled = false;
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("by-hand").status.result, RotationResult::kProven);
  world.ExpectSettled();
}

TEST(Adversity, I8_ALeaderFrozenInsideAProviderCallHarmsNothingWhenItWakesUp) {
  for (const char* verb : {"create", "probe", "disable", "delete"}) {
    SCOPED_TRACE(verb);
    OperatorWorld world;
    Prepare(world);
    world.Request(Asked("by-hand"));
    world.FreezeLeaderAt(verb);
    world.RunUntilRest();  // the second process finishes the rotation
    EXPECT_EQ(world.Rotation("by-hand").status.result, RotationResult::kProven);
    world.ThawLeader();
    world.RunUntilRest();
    // A create that woke up late made a key that nobody wants: the sweeper ends it.
    world.Sweep();
    world.clock.Advance(3min);
    world.Sweep();
    world.ExpectSettled();
  }
}

TEST(Adversity, I8_AFrozenLeaderThatWakesUpInTheMiddleOfTheOthersWorkHarmsNothing) {
  for (const char* verb : {"disable", "delete"}) {
    SCOPED_TRACE(verb);
    OperatorWorld world;
    Prepare(world, 1min);
    world.Request(Asked("by-hand"));
    world.FreezeLeaderAt(verb);
    world.RunFor(2s);
    world.ThawLeader();
    world.RunUntilRest();
    EXPECT_EQ(world.Rotation("by-hand").status.result, RotationResult::kProven);
    world.ExpectSettled();
  }
}

TEST(Adversity, NoEndedRotationKeepsItsFinalizerWhereverTheProcessDies) {
  OperatorWorld rehearsal;
  Prepare(rehearsal);
  rehearsal.Request(Asked("by-hand"));
  rehearsal.CountCallsFromNow();
  rehearsal.RunUntilRest();
  for (int index = std::max(0, rehearsal.calls() - 12); index < rehearsal.calls(); ++index) {
    SCOPED_TRACE("killed after call " + std::to_string(index));
    OperatorWorld world;
    Prepare(world);
    world.Request(Asked("by-hand"));
    world.CrashAt(index, true);
    world.RunUntilRest();
    world.RunFor(1min);
    for (const auto& rotation : world.Rotations()) {
      EXPECT_FALSE(rotation.status.result &&
                   rotation.metadata.HasFinalizer(api::v1alpha1::kJournalFinalizer))
          << rotation.metadata.name;
    }
  }
}

TEST(Adversity, ARequestThatTookTheNextNameDoesNotStopScheduledRotations) {
  OperatorWorld world;
  world.Apply(ManagedCredentialBuilder("stripe-live")
                  .WithOverlapAndQuiet(10s, 10s)
                  .With([](auto& c) { c.spec.rotation.interval = 24h; })
                  .Build());
  world.RunUntilRest();
  world.Request(Asked("stripe-live-3"));  // it becomes generation 2
  world.RunUntilRest();
  ASSERT_EQ(world.Credential().status.current->generation, 2);
  world.clock.Advance(25h);
  world.RunFor(10min);
  EXPECT_EQ(world.Credential().status.current->generation, 3);
}

TEST(Adversity, ACredentialDeletedAtAnyCallGoesAndNamesItsKeys) {
  for (int index = 0; index < 120; index += 6) {
    SCOPED_TRACE("deleted after call " + std::to_string(index));
    OperatorWorld world;
    world.Apply(ManagedCredentialBuilder("stripe-live").WithOverlapAndQuiet(10s, 10s).Build());
    world.RunUntilRest();
    world.Request(Asked("by-hand"));
    world.CrashAt(index, true);
    for (int i = 0; i < 400 && !world.crashed(); ++i) {
      world.Step();
      world.clock.Advance(200ms);
    }
    world.DeleteCredential();
    world.RunFor(2min);
    EXPECT_FALSE(world.Exists());
    for (const std::string& key : world.provider.LiveKeys()) {
      EXPECT_TRUE(world.RevocationAnswersFor(key)) << key << " lives and nobody answers for it";
    }
  }
}

class RandomCrashes : public testing::TestWithParam<int> {};

TEST_P(RandomCrashes, ConvergeWithEveryInvariantIntact) {
  FakeRandom dice(static_cast<uint64_t>(GetParam()) + 1000);
  OperatorWorld world;
  Prepare(world);
  for (int rotation = 0; rotation < 5; ++rotation) {
    world.Request(Asked("random-" + std::to_string(rotation)));
    for (int crash = 0; crash < 5; ++crash) {
      world.CrashAt(static_cast<int>(dice.Below(60)), dice.Below(2) == 0);
      world.RunFor(std::chrono::seconds(5 + dice.Below(20)));
    }
    world.RunUntilRest();
  }
  world.RunUntilRest();
  world.ExpectSettled();
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCrashes, testing::Range(0, 2));

}  // namespace
}  // namespace keysteward::op
