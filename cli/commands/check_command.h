// `keysteward check`: whether Keysteward works in this cluster; each line that is not ok names the
// command that mends it. Changes nothing.
//
// Exit status: 0 all ok, 1 something fails, 4 warnings only; errors: no answer from the API server.
//
//   KS_ASSIGN_OR_RETURN(const int status, RunCheck(context, options));
#pragma once

#include <string>
#include <vector>

#include "cli/commands/command_context.h"

namespace keysteward::cli {

enum class CheckLevel : uint8_t { kOk, kWarning, kFailure };

struct CheckResult {
  CheckLevel level = CheckLevel::kOk;
  std::string what;    // "operator"
  std::string detail;  // "lease held by keysteward-operator-7c9_1f"
  std::string fix;     // empty when ok
};

struct CheckOptions {
  std::string refuses_in;  // namespace in which a pod with a key must be refused; empty: not tried
  CheckLevel fail_on = CheckLevel::kWarning;  // below it the exit status is 0
};

// JSON and YAML: {"checks":[{"level","what","detail","fix"}…]}.
Result<int> RunCheck(const CommandContext& context, const CheckOptions& options);

}  // namespace keysteward::cli
