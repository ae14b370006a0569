#include "common/aho_corasick.h"

#include <algorithm>
#include <numeric>

namespace keysteward {

AhoCorasick::AhoCorasick(std::span<const std::string> words) {
  std::vector<uint32_t> sorted(words.size());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](uint32_t a, uint32_t b) { return words[a] < words[b]; });
  // A state is a beginning that some sorted words, next to each other, have in common.
  struct Beginning {
    uint32_t first;
    uint32_t end;
    uint32_t length;
  };
  std::vector<Beginning> states = {{0, static_cast<uint32_t>(words.size()), 0}};
  fallback_ = {kRoot};
  byte_ = {0};
  for (uint32_t state = 0; state < states.size(); ++state) {
    auto [at, end, length] = states[state];
    first_child_.push_back(static_cast<uint32_t>(states.size()));
    first_output_.push_back(static_cast<uint32_t>(outputs_.size()));
    for (; at < end && words[sorted[at]].size() == length; ++at) outputs_.push_back(sorted[at]);
    // Shorter than this state, so it is finished.
    const uint32_t suffix = fallback_[state];
    if (state != kRoot) {
      for (uint32_t i = first_output_[suffix]; i < first_output_[suffix + 1]; ++i) {
        outputs_.push_back(outputs_[i]);
      }
    }
    while (at < end) {
      const char c = words[sorted[at]][length];
      const uint32_t first = at;
      while (at < end && words[sorted[at]][length] == c) ++at;
      const auto byte = static_cast<uint8_t>(c);
      fallback_.push_back(state == kRoot ? kRoot : Next(suffix, byte));
      if (state == kRoot) from_root_[byte] = static_cast<uint32_t>(states.size());
      byte_.push_back(byte);
      states.push_back({first, at, length + 1});
    }
  }
  first_child_.push_back(static_cast<uint32_t>(states.size()));
  first_output_.push_back(static_cast<uint32_t>(outputs_.size()));
}

}  // namespace keysteward
