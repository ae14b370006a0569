#include "operator/rotation/journal.h"

#include <cassert>

namespace keysteward::op {

using api::v1alpha1::CredentialRotationStatus;
using api::v1alpha1::RotationStep;

namespace {

constexpr size_t kMaxMessage = 512;

}  // namespace

void BeginStep(CredentialRotationStatus& status, Step step, WallTime now,
               const std::string& outlook) {
  if (StepBegun(status, step)) return;
  RotationStep entry;
  entry.name = StepName(step);
  entry.started_at = std::chrono::floor<std::chrono::seconds>(now);
  entry.attempts = 1;
  entry.message = outlook.substr(0, kMaxMessage);
  status.steps.push_back(std::move(entry));
  status.step = StepName(step);
  status.schema_version = kJournalVersion;
}

void CompleteStep(CredentialRotationStatus& status, Step step, const std::string& message,
                  WallTime now) {
  RotationStep& entry = JournalEntry(status, step);
  entry.completed_at = std::chrono::floor<std::chrono::seconds>(now);
  if (!message.empty()) entry.message = message.substr(0, kMaxMessage);
}

RotationStep& JournalEntry(CredentialRotationStatus& status, Step step) {
  for (RotationStep& entry : status.steps) {
    if (entry.name == StepName(step)) return entry;
  }
  assert(false && "the step was begun");
  return status.steps.emplace_back();
}

void ReopenDisable(CredentialRotationStatus& status) {
  RotationStep& entry = JournalEntry(status, Step::kDisable);
  entry.completed_at.reset();
  entry.proof.clear();
  ++entry.attempts;
  std::erase_if(status.steps,
                [](const RotationStep& step) { return step.name == StepName(Step::kQuiet); });
  status.step = StepName(Step::kDisable);
}

bool StepBegun(const CredentialRotationStatus& status, Step step) {
  return status.FindStep(StepName(step)) != nullptr;
}

bool WritesSecret(const CredentialRotationStatus& status) {
  const RotationStep* last = status.FindStep(StepName(Step::kRollBack));
  if (last == nullptr) last = status.FindStep(StepName(Step::kDeliver));
  return last != nullptr && !last->completed_at;
}

CondemnedKey CondemnedBy(const CredentialRotationStatus& status) {
  if (StepBegun(status, Step::kRollBack)) {
    return {status.new_key ? status.new_key->id : "", status.generation};
  }
  if (!status.old_key) return {};
  return {status.old_key->id, status.old_key->generation};
}

}  // namespace keysteward::op
