// Rules written for gitleaks (TOML) as rules of ours.
//
// Taken over: id, regex, secretGroup, entropy, keywords where the expression itself holds no text,
// and the regexes and stop words of allow lists, its own and the file's. A regex is confirmed by
// RE2, as in gitleaks, but a match inside a longer word does not count, and what our engine clears
// (placeholders, variables, references) stays cleared. Called through ReadRuleFile.
//
//   KS_ASSIGN_OR_RETURN(RuleFileContent rules, ReadGitleaksRules("gitleaks.toml", text));
#pragma once

#include <string_view>

#include "common/result.h"
#include "detection/rules/rule_file.h"

namespace keysteward::detection {

// Errors: "file:line: what is wrong", kInvalidArgument or kTooLarge; the first one.
Result<RuleFileContent> ReadGitleaksRules(std::string_view file, std::string_view text);

}  // namespace keysteward::detection
