// UTF-8, one character at a time, and text of strangers made safe to show.
//
//   while (!text.empty()) {
//     const Utf8Char c = FirstUtf8Char(text);
//     text.remove_prefix(c.size);
//   }
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keysteward {

struct Utf8Char {
  char32_t code = 0;
  size_t size = 0;  // bytes to skip; 1 when malformed
  bool valid = false;
};

// Precondition: !text.empty(). Overlong forms, surrogates and values above U+10FFFF are malformed.
Utf8Char FirstUtf8Char(std::string_view text);

// Characters that could forge or disguise a line: C0 and C1 controls, DEL, line and paragraph
// separators, bidirectional marks and overrides, zero-width characters, the byte order mark;
// U+FFFE and U+FFFF, which XML and YAML do not take.
bool IsHidden(char32_t code);

// The text as valid UTF-8, each malformed byte replaced by U+FFFD, cut before a character that
// would pass `limit` bytes.
std::string CleanUtf8(std::string_view text, size_t limit);

}  // namespace keysteward
