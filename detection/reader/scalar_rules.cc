#include "detection/reader/scalar_rules.h"

#include <algorithm>
#include <cctype>

#include "common/char_class.h"

namespace keysteward::detection {
namespace {

// The plain scalars that are no strings though they are words.
struct Word {
  std::string_view text;
  NodeKind kind;
  std::string_view as_key;
};
constexpr Word kWords[] = {
    {"~", NodeKind::kNull, "null"},      {"null", NodeKind::kNull, "null"},
    {"Null", NodeKind::kNull, "null"},   {"NULL", NodeKind::kNull, "null"},
    {"y", NodeKind::kBool, "true"},      {"Y", NodeKind::kBool, "true"},
    {"yes", NodeKind::kBool, "true"},    {"Yes", NodeKind::kBool, "true"},
    {"YES", NodeKind::kBool, "true"},    {"true", NodeKind::kBool, "true"},
    {"True", NodeKind::kBool, "true"},   {"TRUE", NodeKind::kBool, "true"},
    {"on", NodeKind::kBool, "true"},     {"On", NodeKind::kBool, "true"},
    {"ON", NodeKind::kBool, "true"},     {"n", NodeKind::kBool, "false"},
    {"N", NodeKind::kBool, "false"},     {"no", NodeKind::kBool, "false"},
    {"No", NodeKind::kBool, "false"},    {"NO", NodeKind::kBool, "false"},
    {"false", NodeKind::kBool, "false"}, {"False", NodeKind::kBool, "false"},
    {"FALSE", NodeKind::kBool, "false"}, {"off", NodeKind::kBool, "false"},
    {"Off", NodeKind::kBool, "false"},   {"OFF", NodeKind::kBool, "false"},
};
constexpr CharClass kWordStart("~nNyYtToOfF");
constexpr size_t kLongestWord = 5;
constexpr CharClass kNumberStart("0123456789.-+");

const Word* FindWord(std::string_view text) {
  if (text.size() > kLongestWord || !kWordStart.Has(text[0])) return nullptr;
  const auto found = std::find_if(std::begin(kWords), std::end(kWords),
                                  [&](const Word& word) { return word.text == text; });
  return found == std::end(kWords) ? nullptr : &*found;
}

bool AllIn(std::string_view digits, std::string_view allowed) {
  return !digits.empty() && digits.find_first_not_of(allowed) == std::string_view::npos &&
         digits.find_first_not_of('_') != std::string_view::npos;
}

bool IsBasedInteger(std::string_view text) {
  if (text.size() < 3 || text[0] != '0') return false;
  const std::string_view digits = text.substr(2);
  switch (text[1]) {
    case 'x':
    case 'X':
      return AllIn(digits, "0123456789abcdefABCDEF_");
    case 'b':
    case 'B':
      return AllIn(digits, "01_");
    case 'o':
    case 'O':
      return AllIn(digits, "01234567_");
    default:
      return false;
  }
}

// [0-9_]* [.[0-9_]*] [e[+-]digits], with at least one digit before the exponent.
bool IsDecimal(std::string_view text) {
  size_t at = 0;
  size_t digits = 0;
  const auto run = [&] {
    for (; at < text.size() && (std::isdigit(static_cast<unsigned char>(text[at])) != 0 ||
                                (text[at] == '_' && digits > 0));
         ++at) {
      digits += text[at] != '_';
    }
  };
  run();
  if (at < text.size() && text[at] == '.') {
    ++at;
    run();
  }
  if (digits == 0) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  const std::string_view exponent = text.substr(at);
  // Longer exponents overflow a float and stay strings.
  return AllIn(exponent, "0123456789") && exponent.size() <= 2;
}

bool IsNumber(std::string_view text) {
  if (text[0] == '+' || text[0] == '-') text.remove_prefix(1);
  if (text.empty()) return false;
  constexpr std::string_view kNames[] = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"};
  if (std::find(std::begin(kNames), std::end(kNames), text) != std::end(kNames)) return true;
  return IsBasedInteger(text) || IsDecimal(text);
}

}  // namespace

NodeKind ResolvePlain(std::string_view text) {
  if (text.empty()) return NodeKind::kNull;
  if (kNumberStart.Has(text[0])) return IsNumber(text) ? NodeKind::kNumber : NodeKind::kString;
  const Word* word = FindWord(text);
  return word == nullptr ? NodeKind::kString : word->kind;
}

std::string_view ResolveKey(std::string_view text) {
  if (text.empty()) return "null";
  const Word* word = FindWord(text);
  return word == nullptr ? text : word->as_key;
}

}  // namespace keysteward::detection
