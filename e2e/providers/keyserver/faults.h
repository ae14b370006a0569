// Faults: what the service does wrong on purpose, for how many requests.
//
// Written as JSON, one object per fault:
//   {"operation": "create",        create list get disable enable delete whoami work, or "any"
//    "fault": "status",            see FaultKind
//    "count": 3,                   default 1; -1: until cleared
//    "skip": 1,                    requests of that operation let through first; default 0
//    "status": 503, "retryAfter": "2", "delay": "5s", "body": "huge"}
//
// The first fault that matches and is not used up decides. Thread-safe.
//
//   faults.Add(json);
//   if (const std::optional<Fault> fault = faults.Take("create")) …
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/mutex.h"
#include "common/result.h"

namespace keysteward::keyserver {

enum class FaultKind {
  kReplyLost,     // "replyLost": applied, then the connection is closed without an answer
  kRequestLost,   // "requestLost": the connection is closed before anything is applied
  kAppliedTwice,  // "appliedTwice": create makes two keys and shows the second
  kStatus,        // "status": `status` and `retryAfter`, nothing applied
  kSlow,          // "slow": waits `delay`, then does what it should
  kHiddenKey,     // "hiddenKey": a created key is not in lists for `delay`
  kUnspreadKey,   // "unspreadKey": a created key is refused for `delay`
  kFalseSuccess,  // "falseSuccess": says it is done, does nothing (delete, disable, enable)
  kUnsupported,   // "unsupported": 405
  kHostileBody,   // "hostileBody": applied, answered with `body`
};

struct Fault {
  std::string operation;
  FaultKind kind = FaultKind::kStatus;
  int64_t count = 1;
  int64_t skip = 0;
  int status = 503;
  std::string retry_after;  // sent as it is; "": no header
  Duration delay{};
  // huge, deep, html, empty, redirect, and of create: keyCrLf, keyNul, keyEmpty, keyLong,
  // keyIsToken, existingKey, wrongName
  std::string body;
};

class Faults {
 public:
  // One fault or an array of them. kInvalidArgument names the wrong field; nothing is added then.
  Result<void> Add(const nlohmann::json& json);
  void Clear();
  std::optional<Fault> Take(std::string_view operation);
  // What is left, in the form that Add reads.
  nlohmann::json Remaining() const;

 private:
  mutable Mutex mutex_;
  std::vector<Fault> faults_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::keyserver
