// Whether rules do what they promise: each pattern compiles, each example is found by its own rule,
// no counterexample is, on both prefilters.
//
// For rules that are not built in; the built-in ones are tested the same way. A complaint never
// quotes a value: an imported example may be a real key.
//
//   for (const RuleComplaint& c : CheckRules(content.set)) out << file << ":" << c.line << …
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "detection/rules/rule.h"

namespace keysteward::detection {

struct RuleComplaint {
  std::string rule;
  uint32_t line = 0;  // of the rule in its file
  std::string what;   // "example 2 is not found by the portable engine"
};

// In order of the rules. Examples of templates are tried with five values each.
std::vector<RuleComplaint> CheckRules(const RuleSet& rules);

}  // namespace keysteward::detection
