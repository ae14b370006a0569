#include "cli/commands/status_report.h"

#include <iomanip>
#include <ostream>

#include "api/v1alpha1/conditions.h"
#include "cli/output/table.h"
#include "cli/output/times.h"
#include "common/duration.h"

namespace keysteward::cli {

namespace condition = api::v1alpha1::condition;
using api::Condition;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::EnumName;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::RotationStep;

namespace {

constexpr int kLabelWidth = 13;
constexpr size_t kShownRotations = 5;

void Line(std::ostream& out, const std::string& label, const std::string& text) {
  if (text.empty()) return;
  out << std::left << std::setw(kLabelWidth) << label << Clean(text) << '\n';
}

// ", word X" or nothing.
std::string Also(const std::string& word, const std::string& value) {
  return value.empty() ? "" : ", " + word + " " + value;
}

void PrintWhat(const StatusReport& report, std::ostream& out) {
  const auto& spec = report.credential.spec;
  Line(out, "Credential", report.credential.metadata.key().ToString());
  Line(out, "Owner", spec.owner.team + " (" + spec.owner.contact + ")");
  Line(out, "Purpose", spec.purpose);
  Line(out, "Issuer", std::string(EnumName(spec.issuer_ref.kind)) + " " + spec.issuer_ref.name);
  Line(out, "Secret",
       spec.delivery.secret_name + ", revision " +
           std::to_string(report.credential.status.revision));
}

void PrintReady(const StatusReport& report, std::ostream& out) {
  const Condition* ready =
      api::FindCondition(report.credential.status.conditions, condition::kReady);
  if (ready == nullptr) return Line(out, "Ready", "not known yet: the operator has not looked");
  const std::string answer = ready->status == "True" ? "yes" : "NO, " + ready->reason;
  Line(out, "Ready", answer + ": " + ready->message);
}

void PrintKeys(const StatusReport& report, std::ostream& out) {
  const auto& status = report.credential.status;
  if (const auto& key = status.current) {
    Line(out, "Key",
         key->key_id + ", generation " + std::to_string(key->generation) +
             Also("issued", When(key->issued_at, report.now)) +
             Also("expires", When(key->expires_at, report.now)));
  } else {
    Line(out, "Key", "none yet");
  }
  if (const auto& key = status.previous) {
    Line(out, "Previous",
         key->key_id + ", generation " + std::to_string(key->generation) + ": " +
             std::string(EnumName(key->state)));
  }
}

void PrintConsumers(const StatusReport& report, std::ostream& out) {
  const auto& consumers = report.credential.status.consumers;
  if (consumers.total == 0) return Line(out, "Consumers", "none found");
  Line(out, "Consumers",
       std::to_string(consumers.current) + " of " + std::to_string(consumers.total) +
           " run the current key");
  for (const auto& waiting : consumers.waiting) {
    Line(out, "  waiting", waiting.kind + " " + waiting.name + ": " + waiting.reason);
  }
}

std::string StepState(const RotationStep& step) {
  if (step.completed_at) return "done";
  return step.started_at ? "running" : "not begun";
}

std::string StepTook(const RotationStep& step, WallTime now) {
  if (!step.started_at) return "";
  return Short(step.completed_at.value_or(now) - *step.started_at);
}

void PrintSteps(const CredentialRotation& rotation, WallTime now, std::ostream& out) {
  Table table({"STEP", "STATE", "STARTED", "TOOK", "ATTEMPTS", "DETAIL"});
  for (const RotationStep& step : rotation.status.steps) {
    table.Add({step.name, StepState(step), step.started_at ? FormatTime(*step.started_at) : "",
               StepTook(step, now), std::to_string(step.attempts), step.message});
  }
  if (!table.empty()) table.Print(out, 2);
}

void PrintActive(const StatusReport& report, std::ostream& out) {
  const std::string& name = report.credential.status.active_rotation;
  if (name.empty()) return Line(out, "Rotation", "none is running");
  const CredentialRotation* active = ActiveRotation(report.credential, report.rotations);
  if (active == nullptr) return Line(out, "Rotation", name + " (its object is gone)");
  Line(out, "Rotation",
       name + " is running: " + std::string(EnumName(active->spec.cause)) +
           Also("asked by", active->spec.requested_by) + Also("because", active->spec.reason) +
           ", since " + When(active->metadata.creation_timestamp, report.now));
  PrintSteps(*active, report.now, out);
  const Condition* blocked = api::FindCondition(active->status.conditions, condition::kBlocked);
  if (blocked != nullptr && blocked->status == "True") {
    Line(out, "  BLOCKED", blocked->reason + ": " + blocked->message);
  }
}

std::string EndOf(const CredentialRotation& rotation) {
  const Condition* complete = api::FindCondition(rotation.status.conditions, condition::kComplete);
  if (complete == nullptr || complete->status != "True" || !complete->last_transition_time)
    return "";
  return FormatTime(*complete->last_transition_time);
}

void PrintHistory(const StatusReport& report, std::ostream& out) {
  Table table({"ROTATION", "CAUSE", "RESULT", "TOOK", "ENDED", "REASON"});
  size_t shown = 0;
  for (const CredentialRotation* rotation : report.rotations) {
    const auto& status = rotation->status;
    const bool queued =
        !status.result && rotation->metadata.name != report.credential.status.active_rotation;
    if (!status.result && !queued) continue;
    if (++shown > kShownRotations) break;
    table.Add({rotation->metadata.name, std::string(EnumName(rotation->spec.cause)),
               queued ? "(queued)" : std::string(EnumName(*status.result)), status.took,
               EndOf(*rotation), rotation->spec.reason});
  }
  if (table.empty()) return;
  out << "\nLast rotations\n";
  table.Print(out, 2);
}

void PrintConditions(const StatusReport& report, std::ostream& out) {
  Table table({"CONDITION", "STATUS", "REASON", "SINCE", "MESSAGE"});
  for (const Condition& condition : report.credential.status.conditions) {
    table.Add({condition.type, condition.status, condition.reason,
               Age(condition.last_transition_time, report.now), condition.message});
  }
  if (table.empty()) return;
  out << "\nConditions\n";
  table.Print(out, 2);
}

}  // namespace

const CredentialRotation* ActiveRotation(const ManagedCredential& credential,
                                         const std::vector<const CredentialRotation*>& rotations) {
  for (const CredentialRotation* rotation : rotations) {
    if (rotation->metadata.name == credential.status.active_rotation) return rotation;
  }
  return nullptr;
}

void PrintStatus(const StatusReport& report, std::ostream& out) {
  PrintWhat(report, out);
  out << '\n';
  PrintReady(report, out);
  PrintKeys(report, out);
  PrintConsumers(report, out);
  PrintActive(report, out);
  PrintHistory(report, out);
  PrintConditions(report, out);
  out << '\n';
  for (size_t i = 0; i < report.next.size(); ++i) {
    Line(out, i == 0 ? "Next" : "", report.next[i]);
  }
}

}  // namespace keysteward::cli
