// UserInfo: where a URL may hold a password, found without an automaton.
//
// URLs are everywhere, and behind each "://" an automaton reads on for a password that is seldom
// there: a third of what a verdict on a Deployment costs. The "@" that must follow a password is
// rare.
#pragma once

#include <cstddef>
#include <string_view>

namespace keysteward::detection {

// Whether `pattern` is that of rules/generic.yaml's url-password, to the letter: what else begins
// like it may match without an "@".
bool IsForUserInfo(std::string_view pattern);

// The next user information in `text` whose "@" is at or after `from`: all that this pattern can
// match, and a little more. Linear, whatever the text.
struct UserInfo {
  size_t begin = std::string_view::npos;  // of "://"; npos: there is none
  size_t at = 0;                          // of the "@"
};
UserInfo FindUserInfo(std::string_view text, size_t from);

}  // namespace keysteward::detection
