#include "detection/decoders/percent.h"

#include "common/char_class.h"

namespace keysteward::detection {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// What an encoder escapes beside parts of UTF-8: signs, blanks and line breaks.
bool IsEscaped(int byte) {
  const auto c = static_cast<char>(byte);
  if (byte >= 0x80) return true;
  if (byte < 0x20) return c == '\n' || c == '\r' || c == '\t';
  return byte != 0x7F && !kAlnum.Has(c);
}

}  // namespace

bool LooksPercentEncoded(std::string_view text) {
  size_t escapes = 0;
  bool plausible = true;
  for (size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3)) {
    if (at + 2 >= text.size()) return false;
    const int high = HexDigit(text[at + 1]);
    const int low = HexDigit(text[at + 2]);
    if (high < 0 || low < 0) return false;
    ++escapes;
    plausible &= IsEscaped(high << 4 | low);
  }
  return escapes > 0 && (plausible || escapes * 3 == text.size());
}

std::optional<std::string> PercentDecode(std::string_view text) {
  if (text.find('%') == std::string_view::npos) return std::nullopt;
  std::string plain;
  plain.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    plain += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return plain;
}

}  // namespace keysteward::detection
