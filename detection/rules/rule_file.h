// A file of rules that is not built in: ours, or one that was written for another tool.
//
// What another tool's file asks for and our engine cannot give is an error when the rule would mean
// something else without it, and otherwise a warning that names the rule: nothing is dropped
// silently.
//
//   KS_ASSIGN_OR_RETURN(RuleFileContent mine, ReadRuleFile("team.toml", text));
//   for (const std::string& warning : mine.warnings) …
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "detection/rules/rule.h"

namespace keysteward::detection {

enum class RuleFormat : uint8_t { kKeysteward, kGitleaks, kKingfisher };

struct RuleFileContent {
  RuleFormat format = RuleFormat::kKeysteward;
  RuleSet set;
  std::vector<std::string> warnings;  // "file:line: rule x: paths are ignored"
};

// ".toml": gitleaks; YAML whose rules have a name: Kingfisher; other YAML: ours. At most 1 MiB and
// 5,000 rules. Errors: "file:line: what is wrong".
Result<RuleFileContent> ReadRuleFile(std::string_view file, std::string_view text);

}  // namespace keysteward::detection
