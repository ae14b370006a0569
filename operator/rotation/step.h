// Step: the names of a rotation's steps, in the order they run.
//
// The journal (CredentialRotation.status.steps) stores names, so a name never changes its meaning;
// an unknown name in a journal means a newer operator wrote it.
//
//   StepName(Step::kDeliver) == "Deliver"
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace keysteward::op {

enum class Step {
  kIssue,
  kStage,
  kProbe,
  kDeliver,
  kRestart,
  kVerify,
  kOverlap,
  kDisable,
  kQuiet,
  kRollBack,         // deliver the old value again, as a new revision
  kRollBackRestart,  // consumers go back to it
  kRevoke,
  kProve,
  kRecord,
};

inline constexpr std::array<std::string_view, 14> kStepNames = {
    "Issue",   "Stage", "Probe",    "Deliver",         "Restart", "Verify", "Overlap",
    "Disable", "Quiet", "RollBack", "RollBackRestart", "Revoke",  "Prove",  "Record"};

constexpr std::string_view StepName(Step step) { return kStepNames[static_cast<size_t>(step)]; }

constexpr std::optional<Step> ParseStep(std::string_view name) {
  for (size_t i = 0; i < kStepNames.size(); ++i) {
    if (kStepNames[i] == name) return static_cast<Step>(i);
  }
  return std::nullopt;
}

}  // namespace keysteward::op
