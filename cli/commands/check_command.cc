#include "cli/commands/check_command.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands/installation_checks.h"
#include "cli/commands/refusal_check.h"
#include "cli/commands/server_info.h"
#include "cli/exit_codes.h"
#include "cli/output/table.h"

namespace keysteward::cli {

using nlohmann::json;

namespace {

constexpr int kWhatWidth = 14;

const char* NameOf(CheckLevel level) {
  if (level == CheckLevel::kOk) return "ok";
  return level == CheckLevel::kWarning ? "warning" : "failure";
}

// SGR sequences of ECMA-48: green, yellow, red.
std::string Mark(CheckLevel level, bool colour) {
  const char* mark = level == CheckLevel::kOk        ? "ok  "
                     : level == CheckLevel::kWarning ? "warn"
                                                     : "FAIL";
  if (!colour) return mark;
  const char* code = level == CheckLevel::kOk ? "32" : level == CheckLevel::kWarning ? "33" : "31";
  return std::string("\x1b[") + code + "m" + mark + "\x1b[0m";
}

void Print(const CommandContext& context, const std::vector<CheckResult>& results) {
  for (const CheckResult& result : results) {
    context.out << Mark(result.level, context.colour) << "  " << std::left << std::setw(kWhatWidth)
                << result.what << Clean(result.detail) << '\n';
    if (!result.fix.empty()) {
      context.out << std::string(6 + kWhatWidth, ' ') << "fix: " << Clean(result.fix) << '\n';
    }
  }
}

json ToJson(const std::vector<CheckResult>& results) {
  json checks = json::array();
  for (const CheckResult& result : results) {
    checks.push_back({{"level", NameOf(result.level)},
                      {"what", result.what},
                      {"detail", result.detail},
                      {"fix", result.fix}});
  }
  return {{"checks", std::move(checks)}};
}

int StatusOf(const std::vector<CheckResult>& results, CheckLevel fail_on) {
  CheckLevel worst = CheckLevel::kOk;
  for (const CheckResult& result : results) worst = std::max(worst, result.level);
  if (worst < fail_on) return kExitOk;
  if (worst == CheckLevel::kFailure) return kExitNo;
  return worst == CheckLevel::kWarning ? kExitOpen : kExitOk;
}

}  // namespace

Result<int> RunCheck(const CommandContext& context, const CheckOptions& options) {
  KS_ASSIGN_OR_RETURN(const ServerInfo server, ReadServerInfo(context));
  std::vector<CheckResult> results = {CheckServer(server), CheckKinds(server)};
  KS_RETURN_IF_ERROR(AddInstallationChecks(context, results));
  if (!options.refuses_in.empty()) results.push_back(CheckRefusal(context, options.refuses_in));
  if (IsStructured(context.output)) {
    PrintJson(ToJson(results), context.output, context.out);
  } else {
    Print(context, results);
  }
  return StatusOf(results, options.fail_on);
}

}  // namespace keysteward::cli
