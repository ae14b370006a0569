// The rule set as flat bytes: written when the project is built, embedded, read at start in well
// under a millisecond, where parsing the rule files would take twenty.
//
// Pure functions. The bytes are made and read by programs of one build, on one kind of machine.
//
//   KS_ASSIGN_OR_RETURN(const RuleSet rules, BuiltInRules());
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "detection/rules/rule.h"

namespace keysteward::detection {

std::string WriteRuleTable(const RuleSet& rules);
// Errors: kInvalidArgument when the bytes are cut short or of another build.
Result<RuleSet> ReadRuleTable(std::string_view bytes);

// The rules of detection/rules/, in the order of EmbeddedDatabase().
Result<RuleSet> BuiltInRules();

}  // namespace keysteward::detection
