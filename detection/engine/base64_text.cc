#include "detection/engine/base64_text.h"

#include <cstdint>

namespace keysteward::detection {

int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

std::optional<std::string> DecodeAnyBase64(std::string_view text, size_t limit) {
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int digit = Base64Digit(c);
    if (digit < 0 || padding > 0 || bytes.size() >= limit) return std::nullopt;
    group = group << 6 | static_cast<uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 255);
  }
  if (padding > 2 || bits >= 6) return std::nullopt;
  return bytes;
}

bool LooksLikeText(std::string_view bytes) {
  if (bytes.size() < 4) return false;
  size_t printable = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    printable += (byte >= 32 && byte < 127) || c == '\n' || c == '\t' || c == '\r';
  }
  return printable * 10 >= bytes.size() * 9;
}

}  // namespace keysteward::detection
