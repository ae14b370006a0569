#include "operator/restart/restart_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/v1alpha1/annotations.h"
#include "common/duration.h"
#include "tests/fakes/fake_clock.h"

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const WallTime kNow = FakeClock().WallNow();

Workload Noting(const std::string& text) {
  Workload workload;
  workload.metadata.annotations[api::v1alpha1::kRestartsAnnotation] = text;
  return workload;
}

Workload RestartedAt(std::initializer_list<Duration> ago) {
  Workload workload;
  for (const Duration before : ago) {
    workload = Noting(NoteRestart(workload, kNow - before));
  }
  return workload;
}

TEST(RestartHistory, AWorkloadThatWasNeverRestartedIsFree) {
  EXPECT_THAT(RestartsOf({}), IsEmpty());
  EXPECT_EQ(HeldUntil({}, 3, kNow), std::nullopt);
}

TEST(RestartHistory, NotesTimesOldestFirst) {
  EXPECT_EQ(NoteRestart(RestartedAt({30min}), kNow),
            FormatTime(kNow - 30min) + "," + FormatTime(kNow));
}

TEST(RestartHistory, ThreeWithinAnHourAreAllowedAndTheFourthIsHeld) {
  EXPECT_EQ(HeldUntil(RestartedAt({50min, 20min}), 3, kNow), std::nullopt);
  EXPECT_EQ(HeldUntil(RestartedAt({50min, 20min, 5min}), 3, kNow), kNow + 10min);
}

TEST(RestartHistory, WhatIsAnHourAgoCountsNoMore) {
  EXPECT_EQ(HeldUntil(RestartedAt({60min, 20min, 5min}), 3, kNow), std::nullopt);
  EXPECT_EQ(HeldUntil(RestartedAt({60min - 1s, 20min, 5min}), 3, kNow), kNow + 1s);
}

TEST(RestartHistory, OnlyTheNewestOfManyDecideWhenItGoesOn) {
  EXPECT_EQ(HeldUntil(RestartedAt({50min, 40min, 30min, 20min, 10min}), 3, kNow), kNow + 30min);
}

TEST(RestartHistory, TheLimitIsTheCallersAndNoneHoldsNothing) {
  const Workload restless = RestartedAt({4min, 3min, 2min, 1min});
  EXPECT_EQ(HeldUntil(restless, 0, kNow), std::nullopt);
  EXPECT_EQ(HeldUntil(restless, 5, kNow), std::nullopt);
  EXPECT_EQ(HeldUntil(restless, 1, kNow), kNow + 59min);
}

TEST(RestartHistory, KeepsTenTimesAtMost) {
  Workload workload;
  for (int i = 0; i < 50; ++i) workload = Noting(NoteRestart(workload, kNow + i * 1s));
  EXPECT_THAT(RestartsOf(workload), SizeIs(kNotedRestarts));
  EXPECT_EQ(RestartsOf(workload).back(), kNow + 49s);
}

TEST(RestartHistory, FractionsOfASecondAreNotKept) {
  EXPECT_EQ(NoteRestart({}, kNow + 999ms), FormatTime(kNow));
}

TEST(RestartHistory, WhatCannotBeReadIsLeftOut) {
  const std::string good = FormatTime(kNow);
  EXPECT_THAT(RestartsOf(Noting("yesterday," + good + ",,")), ElementsAre(kNow));
  EXPECT_THAT(RestartsOf(Noting(std::string(10'000, ','))), IsEmpty());
  EXPECT_EQ(NoteRestart(Noting("nonsense"), kNow), good);
}

TEST(RestartHistory, I10_AClockThatWasAheadHoldsNothingUpForYears) {
  const Workload ahead = RestartedAt({-24h * 3653, -24h * 3653, -24h * 3653});
  EXPECT_EQ(HeldUntil(ahead, 3, kNow), std::nullopt);
  EXPECT_EQ(NoteRestart(ahead, kNow), FormatTime(kNow));
}

}  // namespace
}  // namespace keysteward::op
