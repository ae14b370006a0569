// AhoCorasick: many words found in one pass over a text, ASCII case ignored.
//
// Kept small rather than as one table of all steps: 17 bytes a state, so that a process that looks
// at one file does not first write megabytes. Immutable after construction, safe for any number of
// threads.
//
//   const AhoCorasick words({"ghp_", "sk_live_"});
//   words.Find(text, [](size_t word, size_t end) { … });
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keysteward {

class AhoCorasick {
 public:
  // Words are lower case and not empty.
  explicit AhoCorasick(std::span<const std::string> words);

  // Calls each(index of the word, offset just after it) for every occurrence.
  template <typename Each>
  void Find(std::string_view text, Each each) const {
    uint32_t state = kRoot;
    for (size_t i = 0; i < text.size(); ++i) {
      state = Next(state, LowerOf(text[i]));
      for (uint32_t at = first_output_[state]; at < first_output_[state + 1]; ++at) {
        each(static_cast<size_t>(outputs_[at]), i + 1);
      }
    }
  }

 private:
  static constexpr uint32_t kRoot = 0;

  static uint8_t LowerOf(char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
  }
  // Where `byte` leads from the state or, if it has no such step, from its longest suffix that has.
  uint32_t Next(uint32_t state, uint8_t byte) const {
    for (; state != kRoot; state = fallback_[state]) {
      for (uint32_t to = first_child_[state]; to < first_child_[state + 1]; ++to) {
        if (byte_[to] == byte) return to;
      }
    }
    return from_root_[byte];
  }

  // States are numbered breadth first: the children of one follow each other, and those of the next
  // state follow them.
  std::vector<uint32_t> first_child_;   // per state and one more
  std::vector<uint32_t> fallback_;      // per state: that of its longest suffix
  std::vector<uint32_t> first_output_;  // per state and one more, into outputs_
  std::vector<uint32_t> outputs_;       // words that end in a state
  std::vector<uint8_t> byte_;           // per state: the one that leads to it
  std::array<uint32_t, 256> from_root_{};
};

}  // namespace keysteward
