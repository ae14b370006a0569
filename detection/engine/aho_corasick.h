// AhoCorasick: many words found in one pass over a text, ASCII case ignored.
//
// Immutable after construction, safe for any number of threads.
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

namespace keysteward::detection {

class AhoCorasick {
 public:
  // Words are lower case and not empty.
  explicit AhoCorasick(std::span<const std::string> words);

  // Calls each(index of the word, offset just after it) for every occurrence.
  template <typename Each>
  void Find(std::string_view text, Each each) const {
    uint32_t row = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const uint32_t step = next_[row + class_of_[static_cast<unsigned char>(text[i])]];
      row = step & ~kEndsWord;
      if ((step & kEndsWord) == 0) continue;
      const uint32_t state = row / classes_;
      for (uint32_t at = first_output_[state]; at < first_output_[state + 1]; ++at) {
        each(static_cast<size_t>(outputs_[at]), i + 1);
      }
    }
  }

 private:
  static constexpr uint32_t kEndsWord = 1u << 31;

  void MakeClasses(std::span<const std::string> words);
  void Pack();

  std::array<uint8_t, 256> class_of_{};  // 0: in no word
  uint32_t classes_ = 1;
  // state × class → first cell of the next state's row, with kEndsWord where words end in that
  // state.
  std::vector<uint32_t> next_;
  std::vector<uint32_t> first_output_;  // per state, into outputs_
  std::vector<uint32_t> outputs_;
};

}  // namespace keysteward::detection
