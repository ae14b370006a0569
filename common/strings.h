// Small text functions that the standard library lacks.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "common/char_class.h"

namespace keysteward {

// Split("a,b,,c", ',') = {"a","b","","c"}; an empty text gives one empty piece.
std::vector<std::string_view> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& pieces, std::string_view separator);
std::string_view Trim(std::string_view text);  // blanks, tabs, CR and LF at both ends
std::string ToLower(std::string_view text);    // ASCII only
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
inline bool EndsWithIgnoreCase(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         std::equal(end.begin(), end.end(), text.end() - end.size(),
                    [](char x, char y) { return AsciiLower(x) == AsciiLower(y); });
}

// Percent-encodes everything but RFC 3986 unreserved characters, for one path segment or query
// value.
std::string PercentEncode(std::string_view text);

// Text of a stranger made fit for a message: control and direction characters escaped as \xHH or
// \uHHHH, malformed UTF-8 replaced, cut before `limit` bytes with "…" at the cut.
std::string Printable(std::string_view text, size_t limit = 256);

}  // namespace keysteward
