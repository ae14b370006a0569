#include "cli/commands/rotation_follower.h"

#include <iomanip>
#include <ostream>
#include <sstream>

#include "api/v1alpha1/conditions.h"
#include "cli/commands/credential_reader.h"
#include "cli/exit_codes.h"
#include "cli/output/table.h"
#include "cli/output/times.h"
#include "common/duration.h"

namespace keysteward::cli {

namespace condition = api::v1alpha1::condition;
namespace reason = api::v1alpha1::reason;
using api::Condition;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::EnumName;
using api::v1alpha1::RotationResult;
using api::v1alpha1::RotationStep;

namespace {

constexpr Duration kPause = std::chrono::seconds(1);
constexpr int kStepWidth = 16;  // the longest is RollBackRestart
constexpr int kTookWidth = 7;

std::string TimeOfDay(WallTime time) { return FormatTime(time).substr(11); }

std::string Line(WallTime at, const RotationStep& step, const std::string& took) {
  std::ostringstream line;
  line << TimeOfDay(at) << "  " << std::left << std::setw(kStepWidth) << step.name
       << std::setw(kTookWidth) << took << Clean(step.message);
  return line.str();
}

std::string EndLine(const RotationStep& step) {
  const Duration took = step.started_at ? *step.completed_at - *step.started_at : Duration::zero();
  return Line(*step.completed_at, step, Short(took));
}

std::string WaitLine(const CredentialRotation& rotation) {
  const auto& conditions = rotation.status.conditions;
  const Condition* blocked = api::FindCondition(conditions, condition::kBlocked);
  if (blocked != nullptr && blocked->status == "True") {
    return "blocked: " + Clean(blocked->reason + ": " + blocked->message);
  }
  const Condition* complete = api::FindCondition(conditions, condition::kComplete);
  if (complete != nullptr && complete->reason == reason::kQueued) {
    return "queued: " + Clean(complete->message);
  }
  return "";
}

// The server may be restarted while we watch.
bool IsPassing(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kDeadlineExceeded ||
         code == ErrorCode::kResourceExhausted;
}

class RotationFollower {
 public:
  RotationFollower(const CommandContext& context, const std::string& name)
      : context_(context),
        name_(name),
        lines_(IsStructured(context.output) ? context.err : context.out) {}

  Result<int> Follow(Duration timeout) {
    const MonoTime deadline = context_.clock.MonoNow() + timeout;
    while (!context_.stop.stop_requested()) {
      Result<Read<CredentialRotation>> rotation = ReadRotation(context_, name_);
      if (rotation) {
        Tell(rotation->typed);
        if (rotation->typed.status.result) return End(*rotation);
      } else if (rotation.error().code != ErrorCode::kCancelled) {
        if (!IsPassing(rotation.error().code)) return std::move(rotation).error();
        TellLost(rotation.error());
      }
      if (context_.clock.MonoNow() >= deadline)
        return Leave("not finished after " + Short(timeout));
      const Duration left = deadline - context_.clock.MonoNow();
      (void)context_.clock.SleepFor(std::min(kPause, left), context_.stop);
    }
    return Leave("stopped watching");
  }

 private:
  void Tell(const CredentialRotation& rotation) {
    lost_ = false;
    for (const std::string& line : story_.NewLines(rotation)) lines_ << line << std::endl;
  }

  void TellLost(const Error& error) {
    if (!lost_) context_.err << "note: " << Clean(error.message) << "; asking again" << std::endl;
    lost_ = true;
  }

  int End(Read<CredentialRotation>& rotation) {
    const auto& status = rotation.typed.status;
    const Condition* complete = api::FindCondition(status.conditions, condition::kComplete);
    lines_ << EnumName(*status.result);
    if (!status.took.empty()) lines_ << " after " << Clean(status.took);
    if (complete != nullptr) lines_ << ": " << Clean(complete->message);
    lines_ << std::endl;
    if (IsStructured(context_.output)) {
      PrintJson(std::move(rotation.raw), context_.output, context_.out);
    }
    const bool good =
        *status.result == RotationResult::kProven || *status.result == RotationResult::kCompleted;
    return good ? kExitOk : kExitNo;
  }

  int Leave(const std::string& why) {
    context_.err << why << "; the rotation goes on without us\nwatch it again: "
                 << AttachCommand(context_, name_) << std::endl;
    return kExitOpen;
  }

  const CommandContext& context_;
  const std::string& name_;
  std::ostream& lines_;
  RotationStory story_;
  bool lost_ = false;
};

}  // namespace

std::vector<std::string> RotationStory::NewLines(const CredentialRotation& rotation) {
  std::vector<std::string> lines;
  for (const RotationStep& step : rotation.status.steps) {
    // A step that may take minutes says so when it begins.
    const bool outlook = step.started_at && !step.completed_at && !step.message.empty();
    if (outlook && begun_steps_.insert(step.name).second) {
      lines.push_back(Line(*step.started_at, step, "begun"));
    }
    if (step.completed_at && told_steps_.insert(step.name).second) lines.push_back(EndLine(step));
  }
  const std::string wait = rotation.status.result ? "" : WaitLine(rotation);
  if (wait != told_wait_ && !wait.empty()) lines.push_back(wait);
  told_wait_ = wait;
  return lines;
}

std::string AttachCommand(const CommandContext& context, const std::string& rotation) {
  return context.program + " rotate --attach " + rotation + " -n " + context.namespace_name;
}

Result<int> FollowRotation(const CommandContext& context, const std::string& name,
                           Duration timeout) {
  return RotationFollower(context, name).Follow(timeout);
}

}  // namespace keysteward::cli
