#include "detection/engine/aho_corasick.h"

#include <cctype>
#include <queue>

namespace keysteward::detection {

void AhoCorasick::MakeClasses(std::span<const std::string> words) {
  for (const std::string& word : words) {
    for (const char c : word) {
      const auto byte = static_cast<unsigned char>(c);
      if (class_of_[byte] != 0) continue;
      class_of_[byte] = static_cast<uint8_t>(classes_++);
      class_of_[static_cast<unsigned char>(std::toupper(byte))] = class_of_[byte];
    }
  }
}

AhoCorasick::AhoCorasick(std::span<const std::string> words) {
  MakeClasses(words);
  std::vector<std::vector<uint32_t>> found(1);
  next_.assign(classes_, 0);
  for (size_t w = 0; w < words.size(); ++w) {
    uint32_t state = 0;
    for (const char c : words[w]) {
      uint32_t& edge = next_[state * classes_ + class_of_[static_cast<unsigned char>(c)]];
      if (edge == 0) {
        edge = static_cast<uint32_t>(found.size());
        state = edge;  // before next_ grows and moves
        found.emplace_back();
        next_.resize(next_.size() + classes_, 0);
      } else {
        state = edge;
      }
    }
    found[state].push_back(static_cast<uint32_t>(w));
  }
  // Breadth first, so that the shorter suffix of a state is finished before it is used.
  std::vector<uint32_t> fallback(found.size(), 0);
  std::queue<uint32_t> order;
  for (uint32_t c = 0; c < classes_; ++c) {
    if (next_[c] != 0) order.push(next_[c]);
  }
  for (; !order.empty(); order.pop()) {
    const uint32_t state = order.front();
    const auto& inherited = found[fallback[state]];
    found[state].insert(found[state].end(), inherited.begin(), inherited.end());
    for (uint32_t c = 0; c < classes_; ++c) {
      uint32_t& edge = next_[state * classes_ + c];
      const uint32_t other = next_[fallback[state] * classes_ + c];
      if (edge == 0) {
        edge = other;
      } else {
        fallback[edge] = other;
        order.push(edge);
      }
    }
  }
  for (const auto& words_here : found) {
    first_output_.push_back(static_cast<uint32_t>(outputs_.size()));
    outputs_.insert(outputs_.end(), words_here.begin(), words_here.end());
  }
  first_output_.push_back(static_cast<uint32_t>(outputs_.size()));
  Pack();
}

// State numbers become rows, so that a step of Find is one addition and one load.
void AhoCorasick::Pack() {
  for (uint32_t& cell : next_) {
    const bool ends_word = first_output_[cell] < first_output_[cell + 1];
    cell = cell * classes_ + (ends_word ? kEndsWord : 0);
  }
}

}  // namespace keysteward::detection
