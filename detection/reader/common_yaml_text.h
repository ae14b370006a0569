// KindOfText: whether a text holds only characters that the fast YAML reader understands.
#pragma once

#include <cstdint>
#include <string_view>

namespace keysteward::detection {

enum class TextKind : uint8_t {
  kAscii,    // printable ASCII, tabs and line feeds
  kUnicode,  // besides, characters beyond ASCII that are no line breaks, marks or controls
  kOther,    // invalid UTF-8, control characters, carriage returns, byte order marks …
};

TextKind KindOfText(std::string_view text);

}  // namespace keysteward::detection
