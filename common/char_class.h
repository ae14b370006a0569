// CharClass: a set of bytes, for loops that ask about every character of a text.
//
// A look-up is one load; std::isalnum asks the locale, and find_first_of searches its whole set
// anew for each character. Immutable, usable in constant expressions.
//
//   constexpr CharClass kBlank(" \t");
//   const size_t end = kBlank.Find(text);   // text.size() when there is none
#pragma once

#include <array>
#include <string_view>

namespace keysteward {

class CharClass {
 public:
  constexpr explicit CharClass(std::string_view members) {
    for (const char c : members) has_[static_cast<unsigned char>(c)] = true;
  }

  constexpr bool Has(char c) const { return has_[static_cast<unsigned char>(c)]; }

  // Offset of the first member at or after `from`; text.size() when there is none.
  constexpr size_t Find(std::string_view text, size_t from = 0) const {
    while (from < text.size() && !Has(text[from])) ++from;
    return from;
  }

  // The same for the first character that is no member.
  constexpr size_t FindOther(std::string_view text, size_t from = 0) const {
    while (from < text.size() && Has(text[from])) ++from;
    return from;
  }

  constexpr bool HasAll(std::string_view text) const { return FindOther(text) == text.size(); }
  constexpr bool HasNone(std::string_view text) const { return Find(text) == text.size(); }

 private:
  std::array<bool, 256> has_{};
};

// ASCII only, whatever the locale.
inline constexpr CharClass kAlnum("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

constexpr char AsciiLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace keysteward
