// LiteralStart: the characters that every match of a pattern begins with, as far as they can be
// read off.
//
// A match is then tried where they stand, which spares RE2 the search for the match's beginning and
// the automaton it would build for that.
//
//   LiteralStart("ghp_[A-Za-z0-9]{36}") == "ghp_"
//   LiteralStart("(?i)key") == "";  LiteralStart("ab|cd") == ""
#pragma once

#include <string>
#include <string_view>

namespace keysteward::detection {

// `pattern` is a valid RE2 pattern. Empty when there are fewer than two such characters.
std::string LiteralStart(std::string_view pattern);

}  // namespace keysteward::detection
