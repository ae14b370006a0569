#include "common/strings.h"

#include <algorithm>

#include "common/char_class.h"
#include "common/utf8.h"

namespace keysteward {
namespace {

constexpr CharClass kTrimmed(" \t\r\n");

bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void AppendHex(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

std::string ShownAs(const Utf8Char& c, std::string_view bytes) {
  if (!c.valid) return "\xEF\xBF\xBD";  // U+FFFD
  if (!IsHidden(c.code)) return std::string(bytes);
  std::string escape = c.code < 0x80 ? "\\x" : "\\u";
  if (c.code >= 0x80) AppendHex(escape, static_cast<char>(c.code >> 8));
  AppendHex(escape, static_cast<char>(c.code & 0xFF));
  return escape;
}

}  // namespace

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string Join(const std::vector<std::string>& pieces, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (i != 0) out += separator;
    out += pieces[i];
  }
  return out;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && kTrimmed.Has(text.front())) text.remove_prefix(1);
  while (!text.empty() && kTrimmed.Has(text.back())) text.remove_suffix(1);
  return text;
}

std::string ToLower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), AsciiLower);
  return out;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return AsciiLower(x) == AsciiLower(y); });
}

std::string PercentEncode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out += c;
    } else {
      out += '%';
      AppendHex(out, c);
    }
  }
  return out;
}

std::string Printable(std::string_view text, size_t limit) {
  std::string out;
  while (!text.empty()) {
    const Utf8Char c = FirstUtf8Char(text);
    const std::string piece = ShownAs(c, text.substr(0, c.size));
    if (out.size() + piece.size() > limit) return out + "…";
    out += piece;
    text.remove_prefix(c.size);
  }
  return out;
}

}  // namespace keysteward
