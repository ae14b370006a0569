// Stage, Probe, Deliver, Restart, Verify: each branch of the steps that bring the new key out.
#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "api/core/workload_types.h"
#include "api/v1alpha1/annotations.h"
#include "tests/operator/rotation/steps/step_fixture.h"

namespace keysteward::op {
namespace {

using Outcome = StepReport::Outcome;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ForwardSteps : public StepFixture {};

TEST_F(ForwardSteps, StageReadsTheValueBack) {
  EXPECT_EQ(Do(Step::kStage).outcome, Outcome::kDone);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].type, "ValueStaged");
}

TEST_F(ForwardSteps, StageGoesBackWhenTheStagedValueIsLost) {
  LoseStaged(2);
  const StepReport report = Do(Step::kStage);
  EXPECT_EQ(report.outcome, Outcome::kGoBack);
  EXPECT_EQ(report.reason, "StagedKeyLost");
}

TEST_F(ForwardSteps, StageGoesBackWhenIdOrValueIsNotTheOneIssued) {
  state.rotation.status.new_key->digest = "0000000000000000";
  EXPECT_EQ(Do(Step::kStage).reason, "StagedKeyDiffers");
  state.rotation.status.new_key->digest =
      DigestOf(rig.installation, rig.Staged(state.credential, 2).value);
  state.rotation.status.new_key->id = "key_9";
  EXPECT_EQ(Do(Step::kStage).reason, "StagedKeyDiffers");
}

TEST_F(ForwardSteps, ProbeIsDoneWhenTheProviderAcceptsTheKey) {
  EXPECT_EQ(Do(Step::kProbe).outcome, Outcome::kDone);
  EXPECT_EQ(notes.at(0).type, "NewKeyProven");
}

TEST_F(ForwardSteps, ProbeTriesAgainWhileTheKeyIsNotYetAccepted) {
  rig.provider.RevokeByOthers(new_key);
  const StepReport report = Do(Step::kProbe);
  EXPECT_EQ(report.outcome, Outcome::kAgain);
  EXPECT_EQ(report.reason, "NewKeyNotAccepted");
  EXPECT_EQ(report.message, "the provider answered 401 to the new key; trying again");
}

TEST_F(ForwardSteps, ProbeGoesBackWhenTheProviderNamesAnotherKey) {
  rig.provider.behaviour.probe_names = "key_7";
  const StepReport report = Do(Step::kProbe);
  EXPECT_EQ(report.outcome, Outcome::kGoBack);
  EXPECT_EQ(report.message, "the provider knows the new value as key key_7, not " + new_key);
}

TEST_F(ForwardSteps, ProbeGoesBackWhenTheStagedValueIsLost) {
  LoseStaged(2);
  EXPECT_EQ(Do(Step::kProbe).reason, "StagedKeyLost");
}

TEST_F(ForwardSteps, DeliverWritesTheSecretAsTheNextRevision) {
  const StepReport report = Do(Step::kDeliver);
  EXPECT_EQ(report.reason, "SettlingSecret");
  EXPECT_EQ(state.credential.status.current->generation, 2);
  EXPECT_EQ(state.credential.status.current->revision, 2);
  EXPECT_EQ(state.credential.status.previous->key_id, "key_1");
  EXPECT_EQ(state.rotation.status.revision, 2);
  const auto secret = ReadDelivered(rig.env, state.credential, {});
  EXPECT_TRUE(secret->intact);
  EXPECT_EQ(secret->generation, 2);
}

TEST_F(ForwardSteps, DeliverTakesOverASecretThatHoldsTheKeyAlready) {
  Do(Step::kDeliver);
  state.credential.status =
      rig.Read<api::v1alpha1::ManagedCredential>(state.credential.metadata.key())
          ->status;  // as after a crash before the status was written
  const size_t writes =
      rig.server.CallCount("patch", "secrets") + rig.server.CallCount("create", "secrets");
  Do(Step::kDeliver);
  EXPECT_EQ(rig.server.CallCount("patch", "secrets") + rig.server.CallCount("create", "secrets"),
            writes);
  EXPECT_EQ(state.credential.status.current->revision, 2);
}

TEST_F(ForwardSteps, DeliverIsBlockedWhenTheStagedValueIsLost) {
  LoseStaged(2);
  const StepReport report = Do(Step::kDeliver);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.reason, "StagedKeyLost");
}

TEST_F(ForwardSteps, DeliverRefusesASecretOfSomebodyElse) {
  ASSERT_TRUE(rig.server.Create(api::KindOf<api::core::Secret>::resource,
                                {{"apiVersion", "v1"},
                                 {"kind", "Secret"},
                                 {"metadata", {{"name", "stripe-live"}, {"namespace", "payments"}}},
                                 {"data", {{"theirs", "eA=="}}}},
                                {}, {}));
  const auto report = Try(Step::kDeliver);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("belongs to somebody else; it is left untouched"));
  EXPECT_EQ(state.credential.status.current->generation, 1);
}

class RestartStep : public ForwardSteps {
 protected:
  // One Deployment whose pod is older than the second delivery.
  RestartStep() {
    rig.consumers.cached = {NotRestarted("api", 0, 1)};
    state.credential.status.current->revision = 2;
    state.credential.status.settled_revision = 2;
    EXPECT_TRUE(
        rig.server.Create(api::KindOf<api::core::Deployment>::resource,
                          {{"apiVersion", "apps/v1"},
                           {"kind", "Deployment"},
                           {"metadata", {{"name", "api"}, {"namespace", "payments"}}},
                           {"spec", {{"template", {{"metadata", nlohmann::json::object()}}}}}},
                          {}, {}));
    const auto stored = rig.Read<api::core::Deployment>({"payments", "api"});
    rig.consumers.cached[0].workload->metadata = stored->metadata;
    state.gate = JudgeGate(rig.consumers.cached, {.credential = "stripe-live", .revision = 2});
  }
};

TEST_F(RestartStep, PatchesAndGoesOnWaiting) {
  const StepReport report = Do(Step::kRestart);
  EXPECT_EQ(report.outcome, Outcome::kAgain);
  EXPECT_EQ(report.reason, "ConsumersWaiting");
  EXPECT_THAT(report.message, HasSubstr("restarting 1"));
  EXPECT_EQ(rig.Read<api::core::Deployment>({"payments", "api"})
                ->spec.pod_template.metadata.Annotation("revision.keysteward.dev/stripe-live"),
            "2");
}

// Found when the breaker counted patches that changed nothing.
TEST_F(RestartStep, LeavesConsumersAloneUntilTheDeliveryIsSettled) {
  const auto before = rig.Read<api::core::Deployment>({"payments", "api"});
  state.credential.status.settled_revision = 1;
  EXPECT_EQ(Do(Step::kRestart).reason, "ConsumersWaiting");
  const auto after = rig.Read<api::core::Deployment>({"payments", "api"});
  EXPECT_EQ(after->metadata.resource_version, before->metadata.resource_version);
}

TEST_F(ForwardSteps, RestartTellsWhatBlocksTheGate) {
  state.gate = {.total = 1, .blocked = true, .blocked_reason = "BarePod"};
  const StepReport report = Do(Step::kRestart);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.reason, "BarePod");
}

TEST_F(ForwardSteps, I20_RestartTellsConsumersThatTakeTooLong) {
  state.gate = {.total = 1, .overdue_reason = "RolloutStuck", .overdue_message = "Deployment api"};
  EXPECT_FALSE(Do(Step::kRestart).blocked);
  state.without_progress = state.credential.spec.rotation.rollout_timeout;
  const StepReport report = Do(Step::kRestart);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.reason, "RolloutStuck");
  EXPECT_THAT(report.message, HasSubstr("Deployment api; no consumer got further for 5m"));
}

class VerifyStep : public ForwardSteps {
 protected:
  VerifyStep() {
    rig.provider.behaviour.last_use = true;
    state.gate = {.total = 2, .current = 2};
    CompleteStep(state.rotation.status, Step::kDeliver, "", rig.clock.WallNow());
  }
};

TEST_F(VerifyStep, IsDoneWhenTheProviderSawTheNewKeyInUse) {
  rig.clock.Advance(5s);
  ASSERT_TRUE(rig.provider.Use(new_key));
  const StepReport report = Do(Step::kVerify);
  EXPECT_EQ(report.outcome, Outcome::kDone);
  EXPECT_EQ(report.message, "the provider saw the new key in use");
  EXPECT_EQ(notes.at(0).type, "ConsumersCurrent");
}

TEST_F(VerifyStep, WaitsWhileNoUseIsSeenAndRecordsNothing) {
  const StepReport report = Do(Step::kVerify);
  EXPECT_EQ(report.reason, "WaitingForUse");
  EXPECT_THAT(notes, IsEmpty());
}

TEST_F(VerifyStep, OurOwnProbeBeforeTheDeliveryIsNoUse) {
  ASSERT_TRUE(rig.provider.Use(new_key));
  rig.clock.Advance(5s);
  CompleteStep(state.rotation.status, Step::kDeliver, "", rig.clock.WallNow());
  EXPECT_EQ(Do(Step::kVerify).outcome, Outcome::kAgain);
}

TEST_F(VerifyStep, OurOwnProbeIsNoUseThoughTheDeliveryTookNoTime) {
  // Secret staleness 0: probed and delivered within one second, which the journal cuts off.
  for (const Duration after : std::initializer_list<Duration>{0ms, 700ms}) {
    rig.clock.Advance(after);
    ASSERT_TRUE(rig.provider.Use(new_key));
    BeginStep(state.rotation.status, Step::kProbe, rig.clock.WallNow());
    CompleteStep(state.rotation.status, Step::kProbe, "", rig.clock.WallNow());
    CompleteStep(state.rotation.status, Step::kDeliver, "", rig.clock.WallNow());
    EXPECT_EQ(Do(Step::kVerify).reason, "WaitingForUse") << after.count();
  }
  rig.clock.Advance(2s);
  ASSERT_TRUE(rig.provider.Use(new_key));
  EXPECT_EQ(Do(Step::kVerify).outcome, Outcome::kDone);
}

TEST_F(VerifyStep, GoesOnAfterItsTimeAndSaysSo) {
  state.in_step = 2min;
  const StepReport report = Do(Step::kVerify);
  EXPECT_EQ(report.outcome, Outcome::kDone);
  EXPECT_EQ(report.message,
            "every consumer runs the new key; no use of it seen at the provider yet");
}

TEST_F(VerifyStep, DoesNotWaitForUseWithoutConsumersOrInAnEmergency) {
  state.gate = {};
  EXPECT_EQ(Do(Step::kVerify).outcome, Outcome::kDone);
  state.gate = {.total = 2, .current = 2};
  state.rotation.status.urgency = api::v1alpha1::Urgency::kEmergency;
  EXPECT_EQ(Do(Step::kVerify).outcome, Outcome::kDone);
  EXPECT_THAT(rig.ProviderVerbs(), IsEmpty());
}

TEST(Steps, AStepWithoutEffectSaysSo) {
  OperatorRig rig;
  ObservedState state = Observed().Build();
  StepContext context = rig.Context(state);
  const auto report = Act(Step::kOverlap, context);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "step Overlap has no effect to run");
}

}  // namespace
}  // namespace keysteward::op
