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
           SameText(slot.text.data(), text.data(), text.size());
  }

  void Add(std::string_view text, uint8_t claim = 0) {
    if (text.size() > kLongest || text.empty()) return;
    Slot& slot = slots_[SlotOf(text, claim)];
    slot.size = static_cast<uint8_t>(text.size());
    slot.claim = claim;
    std::memcpy(slot.text.data(), text.data(), text.size());
  }

 private:
  static constexpr size_t kSlots = 8192;
  static constexpr size_t kLongest = 62;
  struct alignas(64) Slot {
    uint8_t size = 0;
    uint8_t claim = 0;
    std::array<char, kLongest> text{};
  };

  // Eight bytes at a time; the last eight may overlap the ones before.
  static bool SameText(const char* a, const char* b, size_t size) {
    if (size < 8) return std::memcmp(a, b, size) == 0;
    uint64_t differ = 0;
    for (size_t at = 0; at + 8 < size; at += 8) {
      differ |= internal::LoadWord<uint64_t>(a + at) ^ internal::LoadWord<uint64_t>(b + at);
    }
    return (differ | (internal::LoadWord<uint64_t>(a + size - 8) ^
                      internal::LoadWord<uint64_t>(b + size - 8))) == 0;
  }

  static size_t SlotOf(std::string_view text, uint8_t claim) {
    return TextHash(text, claim) >> 20 & (kSlots - 1);
  }

  std::vector<Slot> slots_;
};

}  // namespace keysteward::detection
