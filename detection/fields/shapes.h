// Shapes of words that the readers of texts share: names that may be a credential's, and values
// that nobody takes for a word, a name or a setting.
//
// Pure functions, linear in the word.
#pragma once

#include <string_view>

namespace keysteward::detection {

// SECRET_KEY_BASE: a credential's word stands anywhere in it, where one may end.
bool HoldsCredentialWord(std::string_view name);

// Random, or made up of letters and digits as passwords are: for places that hold credentials and
// other things alike.
bool LooksGenerated(std::string_view value);

// An MD5 or SHA hash in hex, as lists of users keep them in place of passwords.
bool LooksLikeHash(std::string_view value);

// Whether the line of `text` that `part` stands in is left out by a configuration or a program: # ;
// //
bool InComment(std::string_view text, std::string_view part);

// The text between the quotes that open at `start`, \" included; false when none open there or
// none close.
bool ReadQuoted(std::string_view text, size_t start, std::string_view& value);

}  // namespace keysteward::detection
