#include "detection/reader/common_yaml_text.h"

#include <simdjson.h>

#include <array>
#include <cstring>

namespace keysteward::detection {
namespace {

using Block = uint8_t __attribute__((vector_size(16)));

bool IsAdmittedAscii(uint8_t byte) {
  return (byte >= 0x20 && byte != 0x7F) || byte == '\n' || byte == '\t';
}

bool Any(const Block& block) {
  std::array<uint64_t, 2> halves{};
  std::memcpy(halves.data(), &block, sizeof block);
  return (halves[0] | halves[1]) != 0;
}

// Characters beyond ASCII that YAML takes for line breaks or refuses: C1 controls (U+0085 is a line
// break), U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF.
bool HasOddCharacter(std::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const auto lead = static_cast<uint8_t>(text[i]);
    if (lead < 0xC2) continue;
    const auto second = static_cast<uint8_t>(text[i + 1]);
    if (lead == 0xC2 && second < 0xA0) return true;
    if (lead < 0xE2 || i + 2 >= text.size()) continue;
    const auto third = static_cast<uint8_t>(text[i + 2]);
    if (lead == 0xE2 && second == 0x80 && (third == 0xA8 || third == 0xA9)) return true;
    if (lead == 0xEF && second == 0xBB && third == 0xBF) return true;
    if (lead == 0xEF && second == 0xBF && third >= 0xBE) return true;
  }
  return false;
}

}  // namespace

TextKind KindOfText(std::string_view text) {
  size_t at = 0;
  Block odd{};   // ones where a byte is not admitted
  Block bits{};  // of all bytes
  for (; at + sizeof(Block) <= text.size(); at += sizeof(Block)) {
    Block block;
    std::memcpy(&block, text.data() + at, sizeof block);
    const Block control = reinterpret_cast<Block>(block < 0x20);
    const Block admitted = reinterpret_cast<Block>((block == '\n') | (block == '\t'));
    odd |= (control & ~admitted) | reinterpret_cast<Block>(block == 0x7F);
    bits |= block;
  }
  if (Any(odd)) return TextKind::kOther;
  bool unicode = Any(bits & 0x80);
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<uint8_t>(text[at]);
    if (!IsAdmittedAscii(byte)) return TextKind::kOther;
    unicode |= byte >= 0x80;
  }
  if (!unicode) return TextKind::kAscii;
  const bool valid = simdjson::validate_utf8(text.data(), text.size());
  return valid && !HasOddCharacter(text) ? TextKind::kUnicode : TextKind::kOther;
}

}  // namespace keysteward::detection
