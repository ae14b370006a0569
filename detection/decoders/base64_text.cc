#include "detection/decoders/base64_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace keysteward::detection {

namespace {

constexpr std::array<int8_t, 256> MakeDigits() {
  std::array<int8_t, 256> digits{};
  digits.fill(-1);
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  }
  digits['-'] = digits['+'];
  digits['_'] = digits['/'];
  return digits;
}
constexpr std::array<int8_t, 256> kDigits = MakeDigits();

bool IsText(unsigned byte) {
  return (byte >= 32 && byte < 127) || byte == '\n' || byte == '\t' || byte == '\r';
}

}  // namespace

int Base64Digit(char c) { return kDigits[static_cast<unsigned char>(c)]; }

bool BeginsLikeContent(std::string_view base64) {
  constexpr size_t kLooked = 16;      // twelve bytes
  constexpr size_t kMostStrange = 3;  // characters beyond ASCII, or a mark of the byte order
  if (base64.size() < kLooked || base64.starts_with("H4sI")) return true;
  uint32_t group = 0;
  size_t strange = 0;
  for (size_t i = 0; i < kLooked; ++i) {
    const int digit = Base64Digit(base64[i]);
    if (digit < 0) return true;  // a line break
    group = group << 6 | static_cast<uint32_t>(digit);
    if (i % 4 == 0) continue;
    const size_t rest = 6 - i % 4 * 2;
    strange += !IsText(group >> rest & 255);
  }
  return strange <= kMostStrange;
}

std::optional<std::string> DecodeAnyBase64(std::string_view text, size_t limit) {
  std::string bytes;
  bytes.reserve(std::min(limit, text.size() * 3 / 4));
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
  for (const char c : bytes) printable += IsText(static_cast<unsigned char>(c));
  return printable * 10 >= bytes.size() * 9;
}

}  // namespace keysteward::detection
