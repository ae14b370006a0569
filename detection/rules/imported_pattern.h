// A regular expression of another tool's rule, made fit for our engine.
//
// Pure functions.
//
//   ToRulePattern(R"((?x) (?<TOKEN> abc_ [0-9]{4} ) # a comment)", {.named = "TOKEN"})
//     == R"((abc_[0-9]{4}))"
//   LiteralsOf("(?:abc|def)_[0-9]{4}") == {"abc_", "def_"}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace keysteward::detection {

// Which group of the expression is the credential.
struct GroupChoice {
  size_t number = 0;       // 0: the named one, else the first
  std::string_view named;  // may be empty
};

// One capturing group at most, no extended syntax ((?x): blanks and comments), RE2's spelling of
// named groups. Errors: kInvalidArgument when there is no such group, when it is longer than 8,192
// characters or when RE2 cannot take it, as with look-around and back references.
Result<std::string> ToRulePattern(std::string_view pattern, const GroupChoice& choice);

// Texts of at least two characters, lower case, of which one is in every match; empty when there
// are none. `pattern` compiles.
std::vector<std::string> LiteralsOf(const std::string& pattern);

// Matches any of these texts anywhere, in any case.
std::string AnyOfTexts(const std::vector<std::string>& texts);

}  // namespace keysteward::detection
