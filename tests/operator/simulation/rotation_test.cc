// A credential's life in the simulator: production reconcilers, fake cluster and provider, test's
// clock.
#include <gtest/gtest.h>

#include "api/core/secret_types.h"
#include "api/v1alpha1/conditions.h"
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
using testing::ElementsAre;
using testing::IsEmpty;

api::v1alpha1::ManagedCredential Stripe() {
  return ManagedCredentialBuilder("stripe-live").WithOverlapAndQuiet(30s, 20s).Build();
}

api::v1alpha1::CredentialRotation Manual(const std::string& name) {
  return CredentialRotationBuilder(name)
      .Of("stripe-live")
      .Because(Cause::kManual, "asked for in a test")
      .Build();
}

class RotationSimulation : public testing::Test {
 protected:
  // A credential with its first key, and a Deployment of `pods` that use it; 0: without one.
  void Begin(int pods = 0, const api::v1alpha1::ManagedCredential& credential = Stripe()) {
    if (pods > 0) world.cluster.AddDeployment("payments", "api", pods, "stripe-live");
    world.Apply(credential);
    world.RunUntilRest();
  }
  void ExpectProven(const std::string& name) {
    EXPECT_EQ(world.Rotation(name).status.result, RotationResult::kProven);
    world.ExpectSettled();
  }

  OperatorWorld world;
};

TEST_F(RotationSimulation, FirstKeyIsIssuedStagedProbedAndDelivered) {
  Begin();
  const auto credential = world.Credential();
  ASSERT_TRUE(credential.status.current);
  EXPECT_EQ(credential.status.current->generation, 1);
  EXPECT_EQ(credential.status.settled_revision, 1);
  EXPECT_TRUE(api::IsTrue(credential.status.conditions, "Ready"));
  ExpectProven("stripe-live-1");
}

TEST_F(RotationSimulation, ManualRotationMovesEveryPodAndProvesTheOldKeyRefused) {
  Begin(3);
  world.Request(Manual("by-hand"));
  world.RunUntilRest();
  const auto rotation = world.Rotation("by-hand");
  EXPECT_EQ(rotation.status.result, RotationResult::kProven);
  EXPECT_EQ(world.Credential().status.current->generation, 2);
  EXPECT_EQ(world.cluster.started(), 6) << "three pods, replaced once";
  world.ExpectSettled();
}

TEST_F(RotationSimulation, AtRestNothingIsWritten) {
  Begin(2);
  const int64_t before = world.server.revision();
  world.RunFor(10min);
  EXPECT_EQ(world.server.revision(), before);
}

TEST_F(RotationSimulation, ANewKeyTheProviderRefusesIsEndedAndTheSecretStaysUntouched) {
  Begin(2);
  const std::string old_key = world.KeyIdInSecret();
  world.provider.behaviour.probe_refuses_new = true;
  world.Request(Manual("bad-key"));
  world.RunUntilRest(10min);
  EXPECT_EQ(world.Rotation("bad-key").status.result, RotationResult::kFailed);
  EXPECT_EQ(world.KeyIdInSecret(), old_key);
  EXPECT_EQ(world.cluster.started(), 2) << "nobody was restarted";
  world.ExpectSettled();
}

TEST_F(RotationSimulation, AConsumerThatBreaksOnTheNewKeyBringsTheOldOneBack) {
  Begin(2, ManagedCredentialBuilder("stripe-live")
               .WithOverlapAndQuiet(30s, 20s)
               .With([](auto& c) { c.spec.rotation.rollout_timeout = 1min; })
               .Build());
  const std::string old_key = world.KeyIdInSecret();
  world.cluster.BreakOnOtherKeyThan("api", old_key);
  world.Request(Manual("breaks"));
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("breaks").status.result, RotationResult::kRolledBack);
  EXPECT_EQ(world.KeyIdInSecret(), old_key);
  EXPECT_EQ(world.Credential().status.current->revision, 3) << "the old key is a new delivery";
  world.ExpectSettled();
}

TEST_F(RotationSimulation, ALeakSkipsTheOverlapButNotTheGate) {
  Begin(2, ManagedCredentialBuilder("stripe-live").WithOverlapAndQuiet(24h, 24h).Build());
  world.Request(CredentialRotationBuilder("leaked")
                    .Of("stripe-live")
                    .Because(Cause::kLeak, "SEC-123: key seen in build log")
                    .Build());
  const MonoTime begun = world.clock.MonoNow();
  world.RunUntilRest(5min);
  EXPECT_EQ(world.Rotation("leaked").status.result, RotationResult::kProven);
  EXPECT_LT(world.clock.MonoNow() - begun, 2min);
  world.ExpectSettled();
}

TEST_F(RotationSimulation, ADeleteThatLiesIsRepeatedUntilTheKeyIsRefused) {
  Begin();
  world.provider.behaviour.disables = false;
  world.provider.behaviour.delete_lies = true;
  world.Request(Manual("liar"));
  world.RunFor(5min);
  const auto running = world.Rotation("liar");
  EXPECT_FALSE(running.status.result);
  EXPECT_TRUE(api::IsTrue(running.status.conditions, "Blocked"));
  world.provider.behaviour.delete_lies = false;
  world.RunUntilRest();
  ExpectProven("liar");
}

TEST_F(RotationSimulation, ASecretOfSomebodyElseIsRefusedBeforeAnyKeyExists) {
  ASSERT_TRUE(
      world.server.Create(api::KindOf<api::core::Secret>::resource,
                          {{"apiVersion", "v1"},
                           {"kind", "Secret"},
                           {"metadata", {{"name", "stripe-live"}, {"namespace", "payments"}}},
                           {"data", {{"theirs", "eA=="}}}},
                          {}, {}));
  world.Apply(Stripe());
  world.RunFor(2min);
  EXPECT_THAT(world.provider.keys(), IsEmpty());
  const auto credential = world.Credential();
  const auto* ready = api::FindCondition(credential.status.conditions, "Ready");
  ASSERT_NE(ready, nullptr);
  EXPECT_EQ(ready->reason, "SecretConflict");
}

TEST_F(RotationSimulation, AProviderOutageKeepsTheCredentialReadyAndResumesByItself) {
  Begin(2);
  world.Request(Manual("during-outage"));
  world.provider.down = true;
  world.RunFor(10min);
  EXPECT_TRUE(api::IsTrue(world.Credential().status.conditions, "Ready"));
  EXPECT_EQ(world.Credential().status.current->generation, 1);
  world.provider.down = false;
  world.RunUntilRest();
  ExpectProven("during-outage");
}

TEST_F(RotationSimulation, ParametersTheIssuerNoLongerTakesStopARotationBeforeAnyCall) {
  world.Apply(ManagedCredentialBuilder("stripe-live")
                  .WithOverlapAndQuiet(30s, 20s)
                  .WithParameter("scope", "read")
                  .Build());
  world.provider.declared = {{.name = "scope", .enum_values = {"read"}}};
  world.RunUntilRest();
  world.provider.declared = {{.name = "scope", .enum_values = {"write"}}};
  world.provider.ForgetCalls();
  world.Request(Manual("later"));
  world.RunFor(2min);
  EXPECT_THAT(world.provider.calls(), IsEmpty());
  const auto later = world.Rotation("later");
  const auto* blocked = api::FindCondition(later.status.conditions, "Blocked");
  ASSERT_NE(blocked, nullptr);
  EXPECT_EQ(blocked->reason, "InvalidParameters");
  EXPECT_THAT(blocked->message, testing::HasSubstr("spec.parameters.scope"));
  EXPECT_TRUE(api::IsTrue(world.Credential().status.conditions, "Ready"));
  world.provider.declared = {{.name = "scope", .enum_values = {"read", "write"}}};
  world.RunUntilRest();
  ExpectProven("later");
}

TEST_F(RotationSimulation, AFirstKeyThatCannotBeAskedForStallsUntilThePersonCorrectsIt) {
  world.provider.declared = {{.name = "scope", .required = true}};
  world.Apply(Stripe());
  world.RunFor(1min);
  EXPECT_THAT(world.provider.calls(), IsEmpty());
  const auto stalled = world.Credential();
  for (const char* type : {"Ready", "Stalled"}) {
    const auto* condition = api::FindCondition(stalled.status.conditions, type);
    ASSERT_NE(condition, nullptr) << type;
    EXPECT_EQ(condition->reason, "InvalidParameters");
    EXPECT_THAT(condition->message, testing::HasSubstr("spec.parameters.scope"));
  }
  ASSERT_TRUE(world.server.Patch(api::KindOf<api::v1alpha1::ManagedCredential>::resource,
                                 {"payments", "stripe-live"}, kube::PatchType::kMerge,
                                 {{"spec", {{"parameters", {{"scope", "read"}}}}}}, {}, {}));
  world.RunUntilRest();
  EXPECT_TRUE(api::IsTrue(world.Credential().status.conditions, "Ready"));
  EXPECT_EQ(api::FindCondition(world.Credential().status.conditions, "Stalled"), nullptr);
}

TEST_F(RotationSimulation, ASecondRequestWaitsAndAThirdIsRefused) {
  Begin();
  world.Request(Manual("first"));
  world.Step();
  world.clock.Advance(1s);
  world.Request(Manual("second"));
  world.clock.Advance(1s);
  world.Request(Manual("third"));
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("first").status.result, RotationResult::kProven);
  EXPECT_EQ(world.Rotation("second").status.result, RotationResult::kProven);
  EXPECT_EQ(world.Rotation("third").status.result, RotationResult::kSuperseded);
  world.ExpectSettled();
}

TEST_F(RotationSimulation, AKeyOfAnIssuerThatCannotRevokeIsRetiredWhenNoPodHoldsIt) {
  world.provider.behaviour.revokes = world.provider.behaviour.disables = false;
  Begin(2, ManagedCredentialBuilder("stripe-live").WithOverlapAndQuiet(10s, 10s).Build());
  world.Request(Manual("retires"));
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("retires").status.result, RotationResult::kCompleted);
  const auto credential = world.Credential();
  EXPECT_EQ(credential.status.previous->state, api::v1alpha1::PreviousState::kRetired);
  const auto* revoked = api::FindCondition(credential.status.conditions, "PreviousRevoked");
  EXPECT_EQ(revoked->status + " " + revoked->reason, "True NothingToRevoke");
}

TEST_F(RotationSimulation, AnOldKeyThatIsKeptOnPurposeIsNeitherEndedNorSweptNorCalledRevoked) {
  Begin(2, ManagedCredentialBuilder("stripe-live")
               .WithOverlapAndQuiet(10s, 10s)
               .With([](auto& c) { c.spec.revocation = api::v1alpha1::Revocation::kNone; })
               .Build());
  const std::string old_key = world.KeyIdInSecret();
  world.Request(Manual("keeps"));
  world.RunUntilRest();
  const auto rotation = world.Rotation("keeps");
  EXPECT_EQ(rotation.status.result, RotationResult::kCompleted);
  EXPECT_EQ(api::FindCondition(rotation.status.conditions, "Complete")->message,
            "old key " + old_key + " stays alive: spec.revocation is None");
  const auto credential = world.Credential();
  const auto* revoked = api::FindCondition(credential.status.conditions, "PreviousRevoked");
  EXPECT_EQ(revoked->status + " " + revoked->reason, "False Kept");
  // Also when a later rotation has taken its place in the status.
  world.Request(Manual("keeps-too"));
  world.RunUntilRest();
  for (int i = 0; i < 5; ++i) {
    world.Sweep();
    world.clock.Advance(3min);
  }
  EXPECT_EQ(world.provider.LiveKeys().size(), 3u);
  EXPECT_THAT(world.provider.LiveKeys(), testing::Contains(old_key));
}

TEST_F(RotationSimulation, AtTheLimitOfLiveKeysNoneIsMadeUntilOneIsEnded) {
  Begin();
  world.provider.behaviour.max_live_keys = 1;
  world.Request(Manual("full"));
  world.RunFor(5min);
  auto rotation = world.Rotation("full");
  EXPECT_FALSE(rotation.status.result);
  const auto* blocked = api::FindCondition(rotation.status.conditions, "Blocked");
  ASSERT_NE(blocked, nullptr);
  EXPECT_EQ(blocked->reason, "TooManyKeys");
  EXPECT_EQ(world.provider.keys().size(), 1u);
  world.provider.behaviour.max_live_keys = 3;
  world.RunUntilRest();
  ExpectProven("full");
}

TEST_F(RotationSimulation, AProviderThatRefusesToMakeAKeyEndsTheRotationAndIsAskedAgainLater) {
  world.provider.FailNext("create", Error::PermissionDenied("create: the provider answered 403"),
                          ProviderPhase::kBefore);
  world.Apply(Stripe());
  world.RunFor(30s);
  const auto failed = world.Rotation("stripe-live-1");
  EXPECT_EQ(failed.status.result, RotationResult::kFailed);
  EXPECT_EQ(api::FindCondition(failed.status.conditions, "Failed")->reason, "IssueFailed");
  EXPECT_EQ(world.Credential().status.failures.count, 1);
  EXPECT_EQ(world.Rotations().size(), 1u) << "not at once";
  EXPECT_TRUE(world.provider.keys().empty());
  world.RunFor(2min);
  EXPECT_EQ(world.Rotation("stripe-live-2").status.result, RotationResult::kProven);
  EXPECT_EQ(world.Credential().status.failures.count, 0);
  world.ExpectSettled();
}

TEST_F(RotationSimulation, ARefusalOfEverythingEndsTheRotationTooAndTheOldKeyWorksOn) {
  Begin(2);
  const std::string old_key = world.KeyIdInSecret();
  world.provider.FailNext("create", Error::InvalidArgument("create: the provider answered 422"),
                          ProviderPhase::kBefore);
  world.Request(Manual("refused"));
  world.RunUntilRest(10min);
  EXPECT_EQ(world.Rotation("refused").status.result, RotationResult::kFailed);
  EXPECT_EQ(world.KeyIdInSecret(), old_key);
  world.ExpectSettled();
}

TEST_F(RotationSimulation, I8_WithALeaseThatIsAboutToEndNoKeyIsEnded) {
  Begin(2);
  world.lease_remaining = 1500ms;
  world.Request(Manual("short-lease"));
  world.RunFor(10min);
  EXPECT_FALSE(world.Rotation("short-lease").status.result);
  EXPECT_EQ(world.provider.LiveKeys().size(), 2u);
  world.lease_remaining = 9s;
  world.RunUntilRest();
  EXPECT_EQ(world.Rotation("short-lease").status.result, RotationResult::kProven);
  for (const ProviderCall& call : world.provider.calls()) {
    if (call.verb == "disable" || call.verb == "delete") {
      EXPECT_LE(call.timeout, 8s);
    }
  }
  world.ExpectSettled();
}

}  // namespace
}  // namespace keysteward::op
