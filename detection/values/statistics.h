// Statistics of a value: whether it reads like random characters, a password or a name.
//
// Entropy alone cannot tell a password from a host name; how usual its letter pairs are in words
// can, from about 16 letters on. Pure functions.
//
//   const ValueStatistics s = Measure(value);
//   if (LooksRandom(s)) …
#pragma once

#include <cstddef>
#include <string_view>

namespace keysteward::detection {

struct ValueStatistics {
  size_t length = 0;
  size_t lower = 0;
  size_t upper = 0;
  size_t digits = 0;
  size_t specials = 0;  // neither letter, digit nor blank
  size_t underscores = 0;
  size_t blanks = 0;
  size_t classes = 0;        // of lower, upper, digits, specials
  size_t distinct = 0;       // different bytes
  size_t class_changes = 0;  // letter beside digit
  size_t steps = 0;          // neighbours equal or one apart: 1111, abcd
  size_t letter_pairs = 0;
  double word_likeness = 0;  // mean over letter pairs; chance 3, words 6; 0 without pairs
  double entropy = 0;        // bits per byte
  bool is_hex = false;
};

ValueStatistics Measure(std::string_view text);

// At least 16 characters that neither words nor a constant's name explain. Why by pairs of letters:
// docs/adr/0010-letter-pairs-instead-of-tokens.md.
bool LooksRandom(const ValueStatistics& statistics);
// What a person would choose: letters with digits, case or punctuation; or six digits and more.
bool LooksLikePassword(const ValueStatistics& statistics);
// A Kubernetes-style name made of words: "db-credentials", "my.tls".
bool LooksLikeName(std::string_view text, const ValueStatistics& statistics);

}  // namespace keysteward::detection
