#include "operator/consumers/stuck_pod.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/v1alpha1/conditions.h"

namespace keysteward::op {
namespace {

using api::core::ContainerState;
using api::core::Pod;

Pod Waiting(const std::string& reason) {
  Pod pod;
  pod.status.phase = "Pending";
  pod.status.containers = {{.name = "sidecar", .state = ContainerState::kRunning},
                           {.name = "app", .state = ContainerState::kWaiting, .reason = reason}};
  return pod;
}

Pod Scheduled(const std::string& status) {
  Pod pod;
  pod.status.conditions = {{.type = "PodScheduled", .status = status}};
  return pod;
}

Pod OfPhase(const std::string& phase, const std::string& reason = "") {
  Pod pod;
  pod.status.phase = phase;
  pod.status.reason = reason;
  return pod;
}

struct Row {
  std::string name;
  Pod pod;
  std::string reason;
};

class StuckTable : public testing::TestWithParam<Row> {};

TEST_P(StuckTable, IsNamedByTheClosedList) {
  const std::string reason = StuckReason(GetParam().pod);
  EXPECT_EQ(reason, GetParam().reason);
  if (!reason.empty()) {
    EXPECT_THAT(api::v1alpha1::kBlockedReasons, testing::Contains(reason));
  }
}

const Row kRows[] = {
    {"AnImageThatIsNotPulled", Waiting("ImagePullBackOff"), "ImagePullFailed"},
    {"AnImageThatFailedOnce", Waiting("ErrImagePull"), "ImagePullFailed"},
    {"ACrashLoop", Waiting("CrashLoopBackOff"), "CrashLooping"},
    {"AContainerThatIsBeingMade", Waiting("ContainerCreating"), ""},
    {"AContainerThatWaitsForItsSecret", Waiting("CreateContainerConfigError"), ""},
    {"NoNodeThatFits", Scheduled("False"), "Unschedulable"},
    {"ANodeThatWasFound", Scheduled("True"), ""},
    {"ANodeOfWhichNothingIsHeard", OfPhase("Unknown"), "NodeLost"},
    {"ANodeThatWasLost", OfPhase("Running", "NodeLost"), "NodeLost"},
    {"AnEvictedPod", OfPhase("Failed", "Evicted"), ""},
    {"ARunningPod", OfPhase("Running"), ""},
    {"APodOfWhichNothingIsKnownYet", Pod(), ""},
};

INSTANTIATE_TEST_SUITE_P(Rows, StuckTable, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

TEST(StuckReason, AContainerThatRunsSaysNothingByItsLastReason) {
  Pod pod = Waiting("CrashLoopBackOff");
  pod.status.containers[1].state = ContainerState::kRunning;
  EXPECT_EQ(StuckReason(pod), "");
}

TEST(StuckReason, WhatAContainerSaysComesBeforeTheNode) {
  Pod pod = Waiting("CrashLoopBackOff");
  pod.status.phase = "Unknown";
  EXPECT_EQ(StuckReason(pod), "CrashLooping");
}

}  // namespace
}  // namespace keysteward::op
