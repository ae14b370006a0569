// PatternFound: one regular expression (RE2) of a configuration against one value.
//
//   KS_ASSIGN_OR_RETURN(const bool found, PatternFound("^[a-z:]+$", value));
#pragma once

#include <string>

#include "common/result.h"

namespace keysteward::detection {

// Whether `pattern` is found anywhere in `value`; kInvalidArgument when it is no RE2 expression.
Result<bool> PatternFound(const std::string& pattern, const std::string& value);

}  // namespace keysteward::detection
