// NextOf: where the first of a few characters stands, sixteen bytes at a time: most texts hold
// none.
//
//   NextOf<'=', ':'>("name: x", 0) == 4
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace keysteward::detection {

// The first place at or after `at`; the text's size when there is none.
template <char... kMarks>
size_t NextOf(std::string_view text, size_t at) {
  using Block = uint8_t __attribute__((vector_size(16)));
  for (; at + sizeof(Block) <= text.size(); at += sizeof(Block)) {
    Block block;
    std::memcpy(&block, text.data() + at, sizeof block);
    const auto hits = ((block == static_cast<uint8_t>(kMarks)) | ...);
    std::array<uint64_t, 2> halves{};
    std::memcpy(halves.data(), &hits, sizeof halves);
    if (halves[0] != 0) return at + static_cast<size_t>(__builtin_ctzll(halves[0])) / 8;
    if (halves[1] != 0) return at + 8 + static_cast<size_t>(__builtin_ctzll(halves[1])) / 8;
  }
  while (at < text.size() && !((text[at] == kMarks) || ...)) ++at;
  return at < text.size() ? at : text.size();
}

}  // namespace keysteward::detection
