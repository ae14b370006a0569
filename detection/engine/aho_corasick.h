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
    uint32_t state = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      state = next_[state * classes_ + class_of_[static_cast<unsigned char>(text[i])]];
      for (uint32_t at = first_output_[state]; at < first_output_[state + 1]; ++at) {
        each(static_cast<size_t>(outputs_[at]), i + 1);
      }
    }
  }

 private:
  void MakeClasses(std::span<const std::string> words);

  std::array<uint8_t, 256> class_of_{};  // 0: in no word
  uint32_t classes_ = 1;
  std::vector<uint32_t> next_;          // state × class
  std::vector<uint32_t> first_output_;  // per state, into outputs_
  std::vector<uint32_t> outputs_;
};

}  // namespace keysteward::detection
