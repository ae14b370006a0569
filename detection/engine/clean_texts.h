// CleanTexts: short texts that were searched and hold nothing, so that the next object that says
// `app.kubernetes.io/name` again costs a look-up.
//
// A table of fixed size where newer texts replace older ones; texts are compared, not only their
// hashes. Two bytes of each hash stand apart, close together: most texts that are not there are
// told by these. SearchedFor tells apart for what a text was searched. Good for one set of rules.
// One per thread.
//
//   if (clean.Has(text, {.name = claim})) continue;
#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "common/text_hash.h"

namespace keysteward::detection {

// What is asked of a text: nothing but providers' formats, or what the name beside it claims too.
struct SearchedFor {
  uint8_t name = 0;   // what the name and its place say; 0: not asked for
  uint16_t rule = 0;  // the one rule by name that it calls, counted from 1; 0: none

  bool operator==(const SearchedFor&) const = default;
};

class CleanTexts {
 public:
  // A text with its hash, for whoever asks of one text more than once.
  class Key {
   public:
    explicit Key(std::string_view text) : text_(text), hash_(IsKept() ? TextHash(text) : 0) {}
    std::string_view text() const { return text_; }

   private:
    friend class CleanTexts;
    bool IsKept() const { return !text_.empty() && text_.size() <= kLongest; }

    std::string_view text_;
    uint64_t hash_;
  };

  // Slots are written before they are read: memory that no text needs is never touched.
  CleanTexts() : tags_(kSlots), slots_(std::make_unique_for_overwrite<Slot[]>(kSlots)) {}

  bool Has(std::string_view text, SearchedFor what = {}) const { return Has(Key(text), what); }
  bool Has(const Key& key, SearchedFor what = {}) const {
    if (!key.IsKept()) return false;
    const Place place = PlaceOf(key, what);
    if (tags_[place.slot] != place.tag) return false;
    const Slot& slot = slots_[place.slot];
    return slot.size == key.text_.size() && SearchedFor{slot.name, slot.rule} == what &&
           SameText(slot.text.data(), key.text_.data(), key.text_.size());
  }

  void Add(std::string_view text, SearchedFor what = {}) {
    const Key key(text);
    if (!key.IsKept()) return;
    const Place place = PlaceOf(key, what);
    tags_[place.slot] = place.tag;
    Slot& slot = slots_[place.slot];
    slot.size = static_cast<uint8_t>(key.text_.size());
    slot.name = what.name;
    slot.rule = what.rule;
    std::memcpy(slot.text.data(), key.text_.data(), key.text_.size());
  }

 private:
  static constexpr size_t kSlots = 8192;
  static constexpr size_t kLongest = 124;  // a slot is two lines of the processor's cache
  struct alignas(128) Slot {
    uint16_t rule;
    uint8_t name;
    uint8_t size;
    std::array<char, kLongest> text;
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

  struct Place {
    size_t slot;
    uint16_t tag;  // never 0, which is that of an empty slot
  };
  static Place PlaceOf(const Key& key, SearchedFor what) {
    const uint64_t hash = internal::Mix(key.hash_, uint64_t{what.rule} << 8 | what.name);
    return {hash >> 20 & (kSlots - 1), static_cast<uint16_t>(hash >> 48 | 1)};
  }

  std::vector<uint16_t> tags_;
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace keysteward::detection
