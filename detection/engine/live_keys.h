// FindLiveKeys: the parts of a text that a Tripwire knows.
//
// A key may be the whole text, a word of it, or a part of a word between the marks of URLs, headers
// and assignments. Linear in the text, but for the parts that are hashed.
//
//   size_t hashed = 0;
//   FindLiveKeys(text, tripwire, hashed, [](std::string_view key) { … });
#pragma once

#include <string_view>

#include "common/char_class.h"
#include "detection/engine/tripwire.h"

namespace keysteward::detection {

// What stands around a key in a text, and what may stand inside of one.
inline constexpr CharClass kWordEnds(" \t\r\n\"'`<>()[]{}|,;");
inline constexpr CharClass kPartEnds(":/@=&?#\\");

// Calls each(part) for every live key; `hashed` counts the digests that were made.
template <typename Each>
void FindLiveKeys(std::string_view text, const Tripwire& tripwire, size_t& hashed, Each each) {
  const auto is_live = [&](std::string_view part) {
    if (!tripwire.MayHold(part.size())) return false;
    ++hashed;
    return tripwire.Holds(part);
  };
  if (is_live(text)) return each(text);
  if (text.size() <= tripwire.shortest()) return;
  for (size_t at = 0; at < text.size();) {
    const size_t start = kWordEnds.FindOther(text, at);
    const size_t end = kWordEnds.Find(text, start);
    const std::string_view word = text.substr(start, end - start);
    at = end;
    if (word.size() < tripwire.shortest()) continue;
    if (word.size() < text.size() && is_live(word)) {
      each(word);
      continue;
    }
    // From each mark inside the word to every later one would be quadratic: the parts between
    // neighbours, and what follows a mark up to the word's end.
    for (size_t from = 0; from < word.size();) {
      const size_t to = kPartEnds.Find(word, from);
      const std::string_view part = word.substr(from, to - from);
      const std::string_view rest = word.substr(from);
      if (part.size() < word.size() && is_live(part)) each(part);
      if (from > 0 && rest.size() > part.size() && is_live(rest)) each(rest);
      from = to + 1;
    }
  }
}

}  // namespace keysteward::detection
