// Tripwire: the live keys of this installation, known by keyed digests alone, so that one of them
// is found wherever it appears as a literal, whatever its format.
//
// Whoever holds a key value makes its mark; whoever scans holds marks and the digest key, never a
// value. A text is only hashed when a mark has its length and its kinds of characters. Immutable,
// safe for any number of threads.
//
//   const std::string mark = MakeMark(digest_key.view(), value.view());   // "1.40.7.<32 hex>"
//   const Tripwire tripwire(std::move(digest_key), {mark});
//   tripwire.Holds(text);
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/secret_bytes.h"

namespace keysteward::detection {

// Values outside of this are not marked: shorter ones would be words, longer ones are files.
inline constexpr size_t kShortestMarked = 8;
inline constexpr size_t kLongestMarked = 4096;

// "1.<length>.<classes>.<first 32 hex digits of HMAC-SHA256(key, value)>", classes being the sum of
// 1 lower case, 2 upper case, 4 digits, 8 others. Empty for a value that is not marked.
std::string MakeMark(std::string_view key, std::string_view value);

class Tripwire {
 public:
  // Holds nothing.
  Tripwire() = default;
  // Marks of an unknown form are left out.
  Tripwire(SecretBytes key, std::span<const std::string> marks);

  bool empty() const { return marks_.empty(); }
  // Whether a text of that length is worth asking about.
  bool MayHold(size_t length) const { return length < lengths_.size() && lengths_[length]; }
  // Whether the text is a live key, whole.
  bool Holds(std::string_view text) const;
  size_t shortest() const { return shortest_; }

 private:
  SecretBytes key_;
  std::set<std::string, std::less<>> marks_;
  std::set<std::pair<size_t, unsigned>> forms_;  // length, classes
  std::vector<bool> lengths_;
  size_t shortest_ = 0;
};

}  // namespace keysteward::detection
