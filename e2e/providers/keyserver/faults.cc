#include "e2e/providers/keyserver/faults.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "common/json_fields.h"

namespace keysteward::keyserver {
namespace {

struct KindName {
  std::string_view name;
  FaultKind kind;
};

constexpr KindName kKinds[] = {
    {"replyLost", FaultKind::kReplyLost},
    {"requestLost", FaultKind::kRequestLost},
    {"appliedTwice", FaultKind::kAppliedTwice},
    {"status", FaultKind::kStatus},
    {"slow", FaultKind::kSlow},
    {"hiddenKey", FaultKind::kHiddenKey},
    {"unspreadKey", FaultKind::kUnspreadKey},
    {"falseSuccess", FaultKind::kFalseSuccess},
    {"unsupported", FaultKind::kUnsupported},
    {"hostileBody", FaultKind::kHostileBody},
};

constexpr std::string_view kOperations[] = {"create", "list",   "get",  "disable", "enable",
                                            "delete", "whoami", "work", "any"};

constexpr std::string_view kBodies[] = {"huge",     "deep",       "html",        "empty",
                                        "redirect", "keyCrLf",    "keyNul",      "keyEmpty",
                                        "keyLong",  "keyIsToken", "existingKey", "wrongName"};

template <size_t N>
bool Contains(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

Result<Fault> ParseFault(const nlohmann::json& json) {
  JsonFields fields(json, "fault");
  Fault fault;
  fault.operation = fields.RequiredString("operation");
  const std::string kind = fields.RequiredString("fault");
  fault.count = fields.Int("count", 1);
  fault.skip = fields.Int("skip", 0);
  fault.status = static_cast<int>(fields.Int("status", 503));
  fault.retry_after = fields.String("retryAfter");
  fault.delay = fields.OptionalDuration("delay").value_or(Duration::zero());
  fault.body = fields.String("body");
  const auto found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                  [&](const KindName& each) { return each.name == kind; });
  if (found == std::end(kKinds)) {
    fields.Fail("fault", "unknown kind");
  } else {
    fault.kind = found->kind;
  }
  if (!Contains(kOperations, fault.operation)) fields.Fail("operation", "unknown operation");
  if (fault.kind == FaultKind::kHostileBody && !Contains(kBodies, fault.body)) {
    fields.Fail("body", "unknown body");
  }
  if (fault.status < 200 || fault.status > 599) fields.Fail("status", "must be 200 to 599");
  KS_RETURN_IF_ERROR(fields.Check());
  return fault;
}

std::string_view NameOf(FaultKind kind) {
  return std::find_if(std::begin(kKinds), std::end(kKinds),
                      [&](const KindName& each) { return each.kind == kind; })
      ->name;
}

}  // namespace

Result<void> Faults::Add(const nlohmann::json& json) {
  std::vector<Fault> parsed;
  const nlohmann::json list = json.is_array() ? json : nlohmann::json::array({json});
  for (const nlohmann::json& each : list) {
    KS_ASSIGN_OR_RETURN(Fault fault, ParseFault(each));
    parsed.push_back(std::move(fault));
  }
  MutexLock lock(mutex_);
  faults_.insert(faults_.end(), parsed.begin(), parsed.end());
  return {};
}

void Faults::Clear() {
  MutexLock lock(mutex_);
  faults_.clear();
}

std::optional<Fault> Faults::Take(std::string_view operation) {
  MutexLock lock(mutex_);
  for (Fault& fault : faults_) {
    if (fault.operation != operation && fault.operation != "any") continue;
    if (fault.count == 0) continue;
    if (fault.skip > 0) {
      --fault.skip;
      return std::nullopt;
    }
    if (fault.count > 0) --fault.count;
    return fault;
  }
  return std::nullopt;
}

nlohmann::json Faults::Remaining() const {
  MutexLock lock(mutex_);
  nlohmann::json out = nlohmann::json::array();
  for (const Fault& fault : faults_) {
    if (fault.count == 0) continue;
    out.push_back({{"operation", fault.operation},
                   {"fault", NameOf(fault.kind)},
                   {"count", fault.count},
                   {"skip", fault.skip},
                   {"status", fault.status},
                   {"retryAfter", fault.retry_after},
                   {"delay", FormatDuration(fault.delay)},
                   {"body", fault.body}});
  }
  return out;
}

}  // namespace keysteward::keyserver
