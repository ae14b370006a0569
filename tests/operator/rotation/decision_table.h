// DecisionTable: rows of a state and what NextStep makes of it.
//
//   INSTANTIATE_TEST_SUITE_P(Forward, DecisionTable, testing::ValuesIn(kForward), RowName);
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "api/v1alpha1/conditions.h"
#include "operator/rotation/next_step.h"
#include "tests/operator/rotation/state_samples.h"

namespace keysteward::op {

struct DecisionRow {
  std::string name;
  ObservedState state;
  Verb verb;
  Step step;
  std::string reason = "";  // "" for any
  bool blocked = false;
};

class DecisionTable : public testing::TestWithParam<DecisionRow> {
 protected:
  static void ExpectDecision() {
    const DecisionRow& row = GetParam();
    const Decision decision = NextStep(row.state, FakeClock().WallNow() + std::chrono::seconds(10));
    EXPECT_EQ(decision.verb, row.verb);
    EXPECT_EQ(StepName(decision.step), StepName(row.step));
    if (!row.reason.empty()) {
      EXPECT_EQ(decision.reason, row.reason);
    }
    EXPECT_EQ(decision.blocked, row.blocked);
    // People look blocked reasons up: they are those of docs/conditions.md.
    if (decision.blocked) {
      EXPECT_THAT(api::v1alpha1::kBlockedReasons, testing::Contains(decision.reason));
    }
  }
};

inline std::string RowName(const testing::TestParamInfo<DecisionRow>& row) {
  return row.param.name;
}

}  // namespace keysteward::op
