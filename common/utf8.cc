#include "common/utf8.h"

namespace keysteward {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Lead {
  size_t size;
  char32_t bits;      // payload of the first byte
  char32_t smallest;  // below it the form is overlong
};

Lead ReadLead(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >> 5 == 0b110) return {2, byte & 0x1Fu, 0x80};
  if (byte >> 4 == 0b1110) return {3, byte & 0x0Fu, 0x800};
  if (byte >> 3 == 0b11110) return {4, byte & 0x07u, 0x10000};
  return {0, 0, 0};
}

}  // namespace

Utf8Char FirstUtf8Char(std::string_view text) {
  constexpr Utf8Char kMalformed{0xFFFD, 1, false};
  const Lead lead = ReadLead(static_cast<unsigned char>(text.front()));
  if (lead.size == 0 || text.size() < lead.size) return kMalformed;
  char32_t code = lead.bits;
  for (size_t i = 1; i < lead.size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >> 6 != 0b10) return kMalformed;
    code = code << 6 | (byte & 0x3F);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < lead.smallest || code > 0x10FFFF || surrogate) return kMalformed;
  return {code, lead.size, true};
}

bool IsHidden(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0xAD || code == 0x61C ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
}

std::string CleanUtf8(std::string_view text, size_t limit) {
  std::string clean;
  while (!text.empty()) {
    const Utf8Char c = FirstUtf8Char(text);
    const std::string_view piece = c.valid ? text.substr(0, c.size) : kReplacement;
    if (clean.size() + piece.size() > limit) break;
    clean += piece;
    text.remove_prefix(c.size);
  }
  return clean;
}

}  // namespace keysteward
