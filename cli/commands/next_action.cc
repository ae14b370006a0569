#include "cli/commands/next_action.h"

#include "api/v1alpha1/conditions.h"
#include "cli/output/table.h"
#include "cli/output/times.h"

namespace keysteward::cli {

namespace condition = api::v1alpha1::condition;
namespace reason = api::v1alpha1::reason;
using api::Condition;
using api::FindCondition;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;

namespace {

std::string Told(const Condition& condition) {
  std::string text = condition.reason;
  if (!condition.message.empty()) text += ": " + Clean(condition.message);
  return text;
}

const Condition* Is(const std::vector<Condition>& conditions, std::string_view type,
                    std::string_view status) {
  const Condition* found = FindCondition(conditions, type);
  return found != nullptr && found->status == status ? found : nullptr;
}

std::string PatchOf(const ManagedCredential& credential, const std::string& patch) {
  return "kubectl patch mcred " + credential.metadata.name + " -n " +
         credential.metadata.namespace_name + " --type merge -p '" + patch + "'";
}

// What stands in the way, worst first.
void AddObstacles(const ManagedCredential& credential, const std::string& program,
                  std::vector<std::string>& lines) {
  const auto& conditions = credential.status.conditions;
  if (const Condition* stalled = Is(conditions, condition::kStalled, "True")) {
    lines.push_back("Needs a person: " + Told(*stalled));
  }
  const Condition* ready = Is(conditions, condition::kReady, "False");
  if (ready != nullptr && ready->reason == reason::kFirstKeyPending) {
    lines.push_back("Wait for the first key: " + Told(*ready));
  } else if (ready != nullptr && lines.empty()) {
    lines.push_back("The key does not work: " + Told(*ready));
  }
  if (credential.status.observed_generation < 0) {
    lines.push_back(
        "The operator has not looked at this credential yet; if that lasts, look for the cause: " +
        program + " check");
  }
}

void AddRotation(const ManagedCredential& credential, const CredentialRotation* active,
                 const std::string& program, std::vector<std::string>& lines) {
  if (active == nullptr) return;
  if (const Condition* blocked = Is(active->status.conditions, condition::kBlocked, "True")) {
    lines.push_back("Rotation " + active->metadata.name + " is blocked: " + Told(*blocked));
  }
  lines.push_back("Watch the rotation: " + program + " rotate --attach " + active->metadata.name +
                  " -n " + credential.metadata.namespace_name);
}

void AddDuties(const ManagedCredential& credential, std::vector<std::string>& lines) {
  const auto& status = credential.status;
  if (credential.spec.rotation.suspend) {
    lines.push_back("Rotation is suspended; to go on: " +
                    PatchOf(credential, R"({"spec":{"rotation":{"suspend":false}}})"));
  }
  const Condition* failed = Is(status.conditions, condition::kRotationSucceeded, "False");
  if (failed != nullptr && status.active_rotation.empty()) {
    lines.push_back("The last rotation did not succeed: " + Told(*failed));
  }
  const Condition* lagging = Is(status.conditions, condition::kConsumersCurrent, "False");
  if (lagging != nullptr && status.active_rotation.empty()) {
    lines.push_back("Wait until every consumer runs the current key: " + Told(*lagging));
  }
  const Condition* alive = Is(status.conditions, condition::kPreviousRevoked, "False");
  if (alive != nullptr && status.active_rotation.empty()) {
    lines.push_back("An older key is still live: " + Told(*alive));
  }
  if (const Condition* lacking = Is(status.conditions, condition::kCompliant, "False")) {
    lines.push_back("Does not meet the policy: " + Told(*lacking));
  }
}

std::string Schedule(const ManagedCredential& credential, WallTime now) {
  const auto& status = credential.status;
  if (credential.spec.rotation.suspend) {
    return status.expires_at ? "The key expires at " + When(status.expires_at, now) : "";
  }
  if (!status.next_rotation_time) return "";
  if (*status.next_rotation_time <= now) return "A rotation is due and starts by itself";
  return "The key is rotated by itself at " + When(status.next_rotation_time, now);
}

}  // namespace

std::vector<std::string> NextActions(const ManagedCredential& credential,
                                     const CredentialRotation* active, WallTime now,
                                     const std::string& program) {
  std::vector<std::string> lines;
  if (credential.metadata.deleting()) {
    lines.push_back("It is being deleted: its keys are revoked as soon as no pod uses them");
  }
  AddObstacles(credential, program, lines);
  AddRotation(credential, active, program, lines);
  AddDuties(credential, lines);
  const std::string schedule = Schedule(credential, now);
  if (!schedule.empty() && !credential.metadata.deleting() && active == nullptr) {
    lines.push_back((lines.empty() ? "Nothing to do. " : "") + schedule);
  }
  if (lines.empty()) lines.push_back("Nothing to do");
  return lines;
}

}  // namespace keysteward::cli
