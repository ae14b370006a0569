#include "operator/rotation/state_gatherer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/rotation/journal.h"
#include "tests/operator/rotation/state_samples.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;

TEST(StepPhase, DiffersByRotationStepAndAttempt) {
  CredentialRotation rotation = Observed().At(Step::kIssue).Build().rotation;
  const std::string first = StepPhase(rotation, Step::kIssue);
  ++JournalEntry(rotation.status, Step::kIssue).attempts;
  EXPECT_NE(StepPhase(rotation, Step::kIssue), first);
  EXPECT_NE(StepPhase(rotation, Step::kStage), first);
}

TEST(StateGatherer, AGateThatBreaksStartsItsTimeAgain) {
  OperatorRig rig;
  PhaseTimers timers(rig.clock);
  const StateGatherer gatherer(rig.env, timers);
  const ObservedState sample = Observed()
                                   .At(Step::kOverlap)
                                   .With([](auto& s) { s.credential.status.current->revision = 2; })
                                   .Build();
  const auto gather = [&] {
    return *gatherer.Gather(sample.credential, sample.rotation, rig.provider, {});
  };
  rig.consumers.cached = {RolledOut("api", 2)};
  gather();
  rig.clock.Advance(10s);
  EXPECT_EQ(gather().gate_held, 10s);
  rig.consumers.cached = {NotRestarted("api", 2, 1)};
  EXPECT_EQ(gather().gate_held, 0s);
  rig.clock.Advance(10s);
  rig.consumers.cached = {RolledOut("api", 2)};
  EXPECT_LE(gather().gate_held, 10s);
  EXPECT_EQ(gather().in_step, 20s);
}

TEST(StateGatherer, ReadsTheSecretOnlyWhileItIsDelivered) {
  OperatorRig rig;
  PhaseTimers timers(rig.clock);
  const StateGatherer gatherer(rig.env, timers);
  for (const auto& [step, reads] : {std::pair(Step::kProbe, 0u), std::pair(Step::kDeliver, 1u)}) {
    rig.server.ForgetCalls();
    const ObservedState sample = Observed().At(step).Build();
    ASSERT_TRUE(gatherer.Gather(sample.credential, sample.rotation, rig.provider, {}));
    EXPECT_EQ(rig.server.CallCount("get", "secrets"), reads);
  }
}

// Health as the gatherer tells it, of a rotation that is about to deliver to `consumer`.
std::string UnhealthyBefore(const ObservedState& sample, const Consumer& consumer) {
  OperatorRig rig;
  PhaseTimers timers(rig.clock);
  rig.consumers.cached = {RolledOut("fine", 1), consumer};
  const auto state =
      StateGatherer(rig.env, timers).Gather(sample.credential, sample.rotation, rig.provider, {});
  EXPECT_TRUE(state) << state.error().ToString();
  return state ? state->unhealthy_before : "";
}

Consumer Sick() {
  Consumer consumer = RolledOut("api", 1);
  consumer.workload->ready = 1;
  return consumer;
}

TEST(StateGatherer, I18_LooksAtHealthBeforeTheDeliveryAndNamesTheWorkload) {
  EXPECT_EQ(UnhealthyBefore(Observed().Before(Step::kDeliver).Build(), Sick()),
            "Deployment api: 1 of 2 pods are ready before the new key is delivered, so it is not "
            "delivered; repair it first");
  EXPECT_EQ(UnhealthyBefore(Observed().Before(Step::kDeliver).Build(), RolledOut("api", 1)), "");
}

TEST(StateGatherer, HealthHoldsUpNoOtherStepAndNoDeliveryThatHasBegun) {
  for (const Step step : {Step::kIssue, Step::kProbe, Step::kRestart, Step::kDisable}) {
    EXPECT_EQ(UnhealthyBefore(Observed().Before(step).Build(), Sick()), "") << StepName(step);
  }
  EXPECT_EQ(UnhealthyBefore(Observed().At(Step::kDeliver).Build(), Sick()), "");
}

TEST(StateGatherer, HealthHoldsUpNeitherALeakNorARefusedKeyNorAFirstOne) {
  for (const Cause cause : {Cause::kLeak, Cause::kDrift}) {
    const auto because = [cause](ObservedState& state) { state.rotation.spec.cause = cause; };
    EXPECT_EQ(UnhealthyBefore(Observed().Before(Step::kDeliver).With(because).Build(), Sick()), "");
  }
  EXPECT_EQ(UnhealthyBefore(Observed().FirstKey().Before(Step::kDeliver).Build(), Sick()), "");
}

TEST(StateGatherer, APodWithoutAWorkloadAndAWorkloadWithoutPodsAreNobodysHealth) {
  const ObservedState sample = Observed().Before(Step::kDeliver).Build();
  Consumer idle = Sick();
  idle.pods.clear();
  EXPECT_EQ(UnhealthyBefore(sample, idle), "");
  const auto crashing = PodAt("one", 1, [](auto& pod) { pod.status.reason = "NodeLost"; });
  EXPECT_EQ(UnhealthyBefore(sample, {.kind = "Pod", .name = "one", .pods = {crashing}}), "");
}

}  // namespace
}  // namespace keysteward::op
