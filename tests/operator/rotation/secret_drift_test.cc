#include "operator/rotation/secret_drift.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::core::ContainerState;
using api::core::Pod;
using api::v1alpha1::CurrentKey;
using api::v1alpha1::ManagedCredentialStatus;
using api::v1alpha1::SecretDrift;
using namespace std::chrono_literals;  // NOLINT: test durations

const WallTime kNow = FakeClock().WallNow();

// Delivery 4 holds the current key and is settled.
ManagedCredentialStatus Status(std::optional<SecretDrift> drift) {
  ManagedCredentialStatus status;
  status.revision = status.settled_revision = 4;
  status.current = CurrentKey{.generation = 2, .revision = 4};
  status.drift = drift;
  return status;
}

const SecretDrift kSeen{.since = kNow - 60s};
const SecretDrift kSeenWithPods{.since = kNow - 60s, .revision = 5};
const SecretDrift kRestored{.since = kNow - 60s, .restored_at = kNow};
const SecretDrift kRedelivered{.since = kNow - 60s, .revision = 4, .restored_at = kNow};

struct Row {
  std::string name;
  std::optional<SecretDrift> drift;
  DriftFacts facts;
  DriftVerb verb;
  int64_t revision = 0;
};

class NextDriftStepTable : public testing::TestWithParam<Row> {};

TEST_P(NextDriftStepTable, Decides) {
  const Row& row = GetParam();
  DriftFacts facts = row.facts;
  facts.secret_staleness = 2s;
  const DriftStep step = NextDriftStep(Status(row.drift), facts);
  EXPECT_EQ(step.verb, row.verb);
  EXPECT_EQ(step.revision, row.revision);
}

const Row kRows[] = {
    {"ASecretThatIsRightNeedsNothing", {}, {.intact = true}, DriftVerb::kNothing},
    {"AWrongOneIsRecordedFirst", {}, {}, DriftVerb::kRecord},
    {"WithThePodsThatStartedAsANewDelivery", {}, {.pod_started = true}, DriftVerb::kRecord, 5},
    {"AForeignOneIsRecordedToo", {}, {.foreign = true}, DriftVerb::kRecord},
    {"WhatIsRecordedIsRestored", kSeen, {}, DriftVerb::kRestore},
    {"WhatIsRecordedIsNotRecordedAgain", kSeenWithPods, {.pod_started = true}, DriftVerb::kRestore},
    {"AForeignOneIsLeftAlone", kSeen, {.foreign = true}, DriftVerb::kNothing},
    {"AHaltStopsTheRepair", kSeen, {.halted = true}, DriftVerb::kNothing},
    {"WhatOthersPutRightIsTakenOver", kSeen, {.intact = true}, DriftVerb::kRestore},
    {"AfterTheRepairKubeletsAreWaitedFor",
     kRestored,
     {.intact = true, .standing = 1s},
     DriftVerb::kWait},
    {"WithoutAPodThatStartedItIsForgotten",
     kRestored,
     {.intact = true, .standing = 2s},
     DriftVerb::kForget},
    {"APodThatStartedUntilThenAsksForANewDelivery",
     kRestored,
     {.intact = true, .pod_started = true, .standing = 2s},
     DriftVerb::kRecord,
     5},
    {"ANewDeliveryIsSettledBeforeAnybodyRestarts",
     kRedelivered,
     {.intact = true, .standing = 9s},
     DriftVerb::kWait},
    {"ThenWhoIsOlderRestarts",
     kRedelivered,
     {.intact = true, .settled = true},
     DriftVerb::kRestart},
    {"AHaltStopsRestarts",
     kRedelivered,
     {.intact = true, .halted = true, .settled = true},
     DriftVerb::kNothing},
    {"WhenNobodyIsOlderItIsForgotten",
     kRedelivered,
     {.intact = true, .pod_started = true, .settled = true, .consumers_current = true},
     DriftVerb::kForget},
    {"APodStampedBeforeTheDeliverySettlesKeepsIt",
     kRedelivered,
     {.intact = true, .consumers_current = true},
     DriftVerb::kWait},
    {"ASecondDriftAfterARepairIsANewOne", kRestored, {}, DriftVerb::kRecord},
    {"ASecondDriftDuringRestartsMovesEverybodyOnceMore", kRedelivered, {}, DriftVerb::kRecord, 5},
};

INSTANTIATE_TEST_SUITE_P(Rows, NextDriftStepTable, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

TEST(NextDriftStep, TheWaitIsWhatIsLeftForTheKubelets) {
  const DriftStep step =
      NextDriftStep(Status(kRestored), {.intact = true, .standing = 500ms, .secret_staleness = 2s});
  EXPECT_EQ(step.wait, 1500ms);
}

// --- who started meanwhile ---

std::vector<Consumer> With(const std::function<void(Pod&)>& change) {
  return {{.kind = "Pod", .name = "p", .pods = {PodAt("p", 4, change)}}};
}

std::vector<Consumer> CreatedAt(WallTime at) {
  return With([at](Pod& pod) { pod.metadata.creation_timestamp = at; });
}

TEST(StartedSince, APodCreatedLaterCountsAndAnEarlierOneDoesNot) {
  EXPECT_TRUE(AnyStartedSince(CreatedAt(kNow + 1s), kNow));
  EXPECT_FALSE(AnyStartedSince(CreatedAt(kNow - 6s), kNow));
  EXPECT_FALSE(AnyStartedSince({}, kNow));
}

TEST(StartedSince, ClocksMayDifferByFiveSeconds) {
  EXPECT_TRUE(AnyStartedSince(CreatedAt(kNow - 5s), kNow));
}

TEST(StartedSince, AContainerThatRestartedInPlaceReadTheSecretAgain) {
  const auto restarted = [](WallTime at) {
    return With([at](Pod& pod) {
      pod.metadata.creation_timestamp = kNow - 24h;
      pod.status.containers[0].started_at = at;
    });
  };
  EXPECT_TRUE(AnyStartedSince(restarted(kNow + 1s), kNow));
  EXPECT_FALSE(AnyStartedSince(restarted(kNow - 1h), kNow));
}

TEST(StartedSince, AnInitContainerCountsToo) {
  EXPECT_TRUE(AnyStartedSince(With([](Pod& pod) {
                                pod.metadata.creation_timestamp = kNow - 24h;
                                pod.status.init_containers = {
                                    {.name = "init", .started_at = kNow + 1s}};
                              }),
                              kNow));
}

TEST(StartedSince, WhenNobodyWatchedEveryPodCounts) {
  EXPECT_TRUE(AnyStartedSince(CreatedAt(kNow - 24h), std::nullopt));
  EXPECT_FALSE(AnyStartedSince({}, std::nullopt));
}

TEST(StartedSince, APodThatIsOverDoesNotCount) {
  EXPECT_FALSE(AnyStartedSince(With([](Pod& pod) {
                                 pod.metadata.creation_timestamp = kNow + 1s;
                                 pod.status.phase = "Succeeded";
                                 pod.status.containers[0].state = ContainerState::kTerminated;
                               }),
                               kNow));
}

TEST(StartedSince, APodWithoutATimeCounts) {
  EXPECT_TRUE(AnyStartedSince(With([](Pod&) {}), kNow));
}

}  // namespace
}  // namespace keysteward::op
