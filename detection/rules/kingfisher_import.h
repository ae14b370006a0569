// Rules written for Kingfisher (YAML) as rules of ours.
//
// Taken over: id, name, pattern (its group TOKEN, else its first, is the credential), min_entropy,
// confidence, examples, negative_examples, and of pattern_requirements the classes of characters
// and ignore_if_contains. Validation and revocation are never done: nothing is asked over the
// network. Called through ReadRuleFile.
//
//   KS_ASSIGN_OR_RETURN(RuleFileContent rules, ReadKingfisherRules("aws.yml", text));
#pragma once

#include <string_view>

#include "common/result.h"
#include "detection/rules/rule_file.h"

namespace keysteward::detection {

// Errors: "file:line: what is wrong", kInvalidArgument or kTooLarge; the first one.
Result<RuleFileContent> ReadKingfisherRules(std::string_view file, std::string_view text);

}  // namespace keysteward::detection
