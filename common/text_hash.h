// TextHash: a quick 64-bit hash of short texts, for tables that compare the text itself as well.
//
// Not keyed: whoever chooses the texts can make them collide, so a table bounds its probing.
//
//   slots[TextHash(text) & mask]
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace keysteward {

namespace internal {

inline uint64_t Mix(uint64_t a, uint64_t b) {
  const uint64_t product = (a ^ b) * 0x9E3779B97F4A7C15u;
  return product ^ product >> 29;
}

template <typename Word>
uint64_t LoadWord(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

}  // namespace internal

// The last word read may overlap the one before it: the size is mixed in, so no two texts of one
// size read the same words.
inline uint64_t TextHash(std::string_view text, uint64_t salt = 0) {
  using internal::LoadWord;
  using internal::Mix;
  uint64_t hash = Mix(salt, text.size());
  const char* at = text.data();
  const size_t size = text.size();
  if (size >= 8) {
    for (size_t done = 8; done < size; done += 8, at += 8) hash = Mix(hash, LoadWord<uint64_t>(at));
    return Mix(hash, LoadWord<uint64_t>(text.data() + size - 8));
  }
  if (size >= 4) return Mix(hash, LoadWord<uint32_t>(at) << 32 | LoadWord<uint32_t>(at + size - 4));
  for (size_t i = 0; i < size; ++i) hash = hash << 8 ^ static_cast<unsigned char>(at[i]);
  return Mix(hash, 1);
}

}  // namespace keysteward
