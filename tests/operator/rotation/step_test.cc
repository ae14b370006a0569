#include "operator/rotation/step.h"

#include <gtest/gtest.h>

namespace keysteward::op {
namespace {

TEST(StepNames, ReadBackAndRefuseOthers) {
  for (const std::string_view name : kStepNames) EXPECT_EQ(StepName(*ParseStep(name)), name);
  for (const char* other : {"", "issue", "Attest"}) EXPECT_FALSE(ParseStep(other)) << other;
}

// Journals of earlier operators hold these names.
TEST(StepNames, NeverChange) {
  const std::pair<Step, std::string_view> rows[] = {{Step::kIssue, "Issue"},
                                                    {Step::kStage, "Stage"},
                                                    {Step::kProbe, "Probe"},
                                                    {Step::kDeliver, "Deliver"},
                                                    {Step::kRestart, "Restart"},
                                                    {Step::kVerify, "Verify"},
                                                    {Step::kOverlap, "Overlap"},
                                                    {Step::kDisable, "Disable"},
                                                    {Step::kQuiet, "Quiet"},
                                                    {Step::kRollBack, "RollBack"},
                                                    {Step::kRollBackRestart, "RollBackRestart"},
                                                    {Step::kRevoke, "Revoke"},
                                                    {Step::kProve, "Prove"},
                                                    {Step::kRecord, "Record"}};
  EXPECT_EQ(std::size(rows), kStepNames.size());
  for (const auto& [step, name] : rows) EXPECT_EQ(StepName(step), name);
}

}  // namespace
}  // namespace keysteward::op
