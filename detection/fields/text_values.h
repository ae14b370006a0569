// What stands after a name and its sign in a text: where the value ends, and what is none.
//
// Pure functions, linear in what they read; `rest` is the line from the value's first character on
// and not empty.
//
//   ReadValue("abc, d: e")       // "abc"
//   ReadValue("\"a b\" # note")  // "a b"
#pragma once

#include <string_view>

namespace keysteward::detection {

// What joins a name and a value.
struct Sign {
  bool colon = false;
  bool blank = false;  // between it and the value
};

// The value, without its quotes.
std::string_view ReadValue(std::string_view rest);

// Whether something else stands there: a list or an object whose members are pairs of their own, a
// command whose output is taken.
bool IsNoValue(std::string_view rest, Sign sign);

// Bearer abc: the scheme and its blank belong to the value.
size_t SchemeLength(std::string_view value);

}  // namespace keysteward::detection
