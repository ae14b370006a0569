// CleanTexts: short texts that were searched and hold nothing, so that the next object that says
// `app.kubernetes.io/name` again costs a look-up.
//
// A table of fixed size where newer texts replace older ones; texts are compared, not only their
// hashes. `claim` tells apart for what a text was searched. Good for one set of rules. One per
// thread.
//
//   if (clean.Has(text, claim)) continue;
#pragma once

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "common/text_hash.h"

namespace keysteward::detection {

class CleanTexts {
 public:
  CleanTexts() : slots_(kSlots) {}

  bool Has(std::string_view text, uint8_t claim = 0) const {
    if (text.empty() || text.size() > kLongest) return false;
    const Slot& slot = slots_[SlotOf(text, claim)];
    return slot.size == text.size() && slot.claim == claim &&
           std::memcmp(slot.text.data(), text.data(), slot.size) == 0;
  }

  void Add(std::string_view text, uint8_t claim = 0) {
    if (text.size() > kLongest || text.empty()) return;
    Slot& slot = slots_[SlotOf(text, claim)];
    slot.size = static_cast<uint8_t>(text.size());
    slot.claim = claim;
    std::memcpy(slot.text.data(), text.data(), text.size());
  }

 private:
  static constexpr size_t kSlots = 4096;
  static constexpr size_t kLongest = 46;
  struct Slot {
    uint8_t size = 0;
    uint8_t claim = 0;
    std::array<char, kLongest> text{};
  };

  static size_t SlotOf(std::string_view text, uint8_t claim) {
    return TextHash(text, claim) >> 20 & (kSlots - 1);
  }

  std::vector<Slot> slots_;
};

}  // namespace keysteward::detection
