// TextMarks: which of the characters that make a text worth decoding it holds, in one pass.
//
//   const TextMarks marks = MarksOf(text);
//   if (marks.has(kLineFeed | kColon)) …   // both
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace keysteward::detection {

enum Mark : uint8_t {
  kLineFeed = 1,
  kEquals = 2,
  kColon = 4,
  kLess = 8,
  kDash = 16,
  kBlank = 32,    // space or tab
  kQuote = 64,    // " ' ` and the backslash
  kNoDigit = 128  // a character that base64 in none of its alphabets holds
};

class TextMarks {
 public:
  constexpr explicit TextMarks(uint8_t bits) : bits_(bits) {}
  constexpr bool has(int marks) const { return (bits_ & marks) == marks; }
  constexpr bool has_any(int marks) const { return (bits_ & marks) != 0; }

 private:
  uint8_t bits_;
};

namespace internal {

constexpr std::array<uint8_t, 256> MakeMarks() {
  std::array<uint8_t, 256> marks{};
  for (uint8_t& mark : marks) mark = kNoDigit;
  for (const char c : std::string_view(
           "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\r\n")) {
    marks[static_cast<unsigned char>(c)] = 0;
  }
  marks['\n'] |= kLineFeed;
  marks['='] |= kEquals;
  marks[':'] |= kColon;
  marks['<'] |= kLess;
  marks['-'] |= kDash;
  for (const char c : std::string_view(" \t")) marks[static_cast<unsigned char>(c)] |= kBlank;
  for (const char c : std::string_view("\"'`\\")) marks[static_cast<unsigned char>(c)] |= kQuote;
  return marks;
}

inline constexpr std::array<uint8_t, 256> kMarks = MakeMarks();

}  // namespace internal

inline TextMarks MarksOf(std::string_view text) {
  uint8_t even = 0;
  uint8_t odd = 0;
  size_t i = 0;
  for (; i + 2 <= text.size(); i += 2) {
    even |= internal::kMarks[static_cast<unsigned char>(text[i])];
    odd |= internal::kMarks[static_cast<unsigned char>(text[i + 1])];
  }
  if (i < text.size()) even |= internal::kMarks[static_cast<unsigned char>(text[i])];
  return TextMarks(even | odd);
}

}  // namespace keysteward::detection
