#include "operator/guard/repair_timing.h"

#include <gtest/gtest.h>

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations
using Step = RepairTiming::Step;

constexpr MonoTime kStart{1h};

TEST(RepairTiming, ADifferenceIsActedOnAfterItsGraceAndNotBefore) {
  RepairTiming timing;
  EXPECT_EQ(timing.Next(false, kStart), Step::kRest);
  EXPECT_FALSE(timing.due());
  EXPECT_EQ(timing.Next(true, kStart), Step::kWait);
  EXPECT_EQ(timing.due(), kStart + 5s);
  EXPECT_EQ(timing.Next(true, kStart + 4s), Step::kWait);
  EXPECT_EQ(timing.Next(true, kStart + 5s), Step::kAct);
}

TEST(RepairTiming, ADifferenceThatGoesByItselfCountsFromTheStartWhenItComesBack) {
  RepairTiming timing;
  EXPECT_EQ(timing.Next(true, kStart), Step::kWait);
  EXPECT_EQ(timing.Next(false, kStart + 4s), Step::kRest);
  EXPECT_EQ(timing.Next(true, kStart + 5s), Step::kWait);
  EXPECT_EQ(timing.Next(true, kStart + 10s), Step::kAct);
}

// Seconds from each act to the next when somebody undoes every one of them at once.
std::vector<Duration> PausesInAFight(RepairTiming& timing, MonoTime& now, int acts) {
  std::vector<Duration> pauses;
  for (MonoTime last = now; static_cast<int>(pauses.size()) < acts; now += 1s) {
    if (timing.Next(true, now) != Step::kAct) continue;
    pauses.push_back(now - last);
    last = now;
    timing.Acted(now);
    timing.Next(false, now);  // it was put back, for a moment
  }
  return pauses;
}

TEST(RepairTiming, WhoeverUndoesItAgainAndAgainIsAnsweredEverMoreSeldom) {
  RepairTiming timing;
  MonoTime now = kStart;
  const std::vector<Duration> pauses = PausesInAFight(timing, now, 12);
  const std::vector<Duration> expected = {5s,  6s,  6s,   6s,   6s,   15s,
                                          30s, 60s, 120s, 240s, 300s, 300s};
  EXPECT_EQ(pauses, expected);
}

TEST(RepairTiming, AfterSomeCalmItIsActedOnFreelyAgain) {
  RepairTiming timing;
  MonoTime now = kStart;
  PausesInAFight(timing, now, 8);
  EXPECT_EQ(timing.Next(false, now + 10min), Step::kRest);
  now += 10min;
  const std::vector<Duration> expected = {5s, 6s, 6s, 6s, 6s, 15s};
  EXPECT_EQ(PausesInAFight(timing, now, 6), expected);
}

TEST(RepairTiming, WhatCannotBePutBackIsTriedEverMoreSeldomToo) {
  RepairTiming timing;
  int acts = 0;
  for (MonoTime now = kStart; now < kStart + 1h; now += 1s) {
    if (timing.Next(true, now) != Step::kAct) continue;
    timing.Acted(now);
    ++acts;
  }
  EXPECT_GT(acts, 12);
  EXPECT_LT(acts, 25);
}

}  // namespace
}  // namespace keysteward::op
