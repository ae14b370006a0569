// A code point to UTF-8, for the escapes of JSON and YAML.
//
//   AppendUtf8(0xE9, text);   // "é"
#pragma once

#include <cstdint>
#include <string>

namespace keysteward::detection {

// `point` is at most 0x10FFFF and no surrogate.
inline void AppendUtf8(uint32_t point, std::string& text) {
  if (point < 0x80) {
    text += static_cast<char>(point);
    return;
  }
  if (point < 0x800) {
    text += static_cast<char>(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      text += static_cast<char>(0xE0 | point >> 12);
    } else {
      text += static_cast<char>(0xF0 | point >> 18);
      text += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    }
    text += static_cast<char>(0x80 | (point >> 6 & 0x3F));
  }
  text += static_cast<char>(0x80 | (point & 0x3F));
}

// 0–15, or -1.
inline int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace keysteward::detection
