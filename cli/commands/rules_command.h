// `keysteward rules list|explain|check`: the detector rules that are built in, and whether files of
// own rules do what they promise. Offline. No value of a credential is ever printed.
//
//   KS_ASSIGN_OR_RETURN(const int status, RunRulesList(line.output, std::cout));
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/output/format.h"
#include "common/result.h"

namespace keysteward::cli {

struct RulesListOptions {};

struct RulesExplainOptions {
  std::string id;
};

struct RulesCheckOptions {
  std::vector<std::string> files;  // ours, gitleaks TOML or Kingfisher YAML
};

// JSON and YAML: {"rules":[{"id","provider","confidence","found":"format|name","validator"}]}.
Result<int> RunRulesList(OutputFormat output, std::ostream& out);

// What a rule finds, why it believes it, and what to do. kNotFound when there is no such rule.
Result<int> RunRulesExplain(const RulesExplainOptions& options, OutputFormat output,
                            std::ostream& out);

// Each complaint as "file:line: …" on `out`, warnings on `err`. Exit 0 nothing to complain of, 1
// complaints, 2 a file that cannot be read or is no rule file (the others are still checked).
Result<int> RunRulesCheck(const RulesCheckOptions& options, std::ostream& out, std::ostream& err);

}  // namespace keysteward::cli
