#include "detection/reader/scalar_rules.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "common/char_class.h"

namespace keysteward::detection {
namespace {

// The plain scalars that are no strings though they are words.
struct Word {
  std::string_view text;
  NodeKind kind;
  bool value = false;
};
constexpr Word kWords[] = {
    {"~", NodeKind::kNull},          {"null", NodeKind::kNull},
    {"Null", NodeKind::kNull},       {"NULL", NodeKind::kNull},
    {"y", NodeKind::kBool, true},    {"Y", NodeKind::kBool, true},
    {"yes", NodeKind::kBool, true},  {"Yes", NodeKind::kBool, true},
    {"YES", NodeKind::kBool, true},  {"true", NodeKind::kBool, true},
    {"True", NodeKind::kBool, true}, {"TRUE", NodeKind::kBool, true},
    {"on", NodeKind::kBool, true},   {"On", NodeKind::kBool, true},
    {"ON", NodeKind::kBool, true},   {"n", NodeKind::kBool},
    {"N", NodeKind::kBool},          {"no", NodeKind::kBool},
    {"No", NodeKind::kBool},         {"NO", NodeKind::kBool},
    {"false", NodeKind::kBool},      {"False", NodeKind::kBool},
    {"FALSE", NodeKind::kBool},      {"off", NodeKind::kBool},
    {"Off", NodeKind::kBool},        {"OFF", NodeKind::kBool},
};
constexpr CharClass kWordStart("~nNyYtToOfF");
constexpr CharClass kNumberStart("0123456789.-+");
constexpr CharClass kDigits("0123456789");
constexpr size_t kLongestWord = 5;

const Word* FindWord(std::string_view text) {
  if (text.size() > kLongestWord || !kWordStart.Has(text[0])) return nullptr;
  const auto found = std::find_if(std::begin(kWords), std::end(kWords),
                                  [&](const Word& word) { return word.text == text; });
  return found == std::end(kWords) ? nullptr : &*found;
}

std::optional<double> NotFinite(std::string_view text) {
  for (const std::string_view name : {".nan", ".NaN", ".NAN"}) {
    if (text == name) return std::numeric_limits<double>::quiet_NaN();
  }
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  for (const std::string_view name : {".inf", ".Inf", ".INF"}) {
    if (text == name) return (minus ? -1 : 1) * std::numeric_limits<double>::infinity();
  }
  return std::nullopt;
}

// 0x1f, 0b11, 0o17 and 017, as strconv.ParseInt reads them with base 0.
int TakeBase(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  const char mark = AsciiLower(digits[1]);
  const int base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
  digits.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  return base;
}

std::optional<ScalarNumber> IntegerOf(std::string_view text) {
  const bool minus = text.starts_with('-');
  const bool sign = minus || text.starts_with('+');
  std::string_view digits = text.substr(sign ? 1 : 0);
  const int base = TakeBase(digits);
  if (digits.empty() || digits[0] == '-' || digits[0] == '+') return std::nullopt;
  uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [read, code] = std::from_chars(digits.data(), end, value, base);
  if (read != end || code != std::errc()) return std::nullopt;
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  if (value <= kMost) return minus ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
  if (minus) {
    if (value == kMost + 1) return std::numeric_limits<int64_t>::min();
    return std::nullopt;
  }
  return sign ? std::nullopt : std::optional<ScalarNumber>(value);
}

// [+-] digits [. digits] [e [+-] digits], a digit on one side of the point at least.
bool HasFloatForm(std::string_view text) {
  size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const auto digits = [&] {
    const size_t start = at;
    at = kDigits.FindOther(text, at);
    return at > start;
  };
  const bool whole = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits() && !whole) return false;
  } else if (!whole) {
    return false;
  }
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  return digits() && at == text.size();
}

std::optional<ScalarNumber> FloatOf(std::string_view text) {
  if (!HasFloatForm(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [read, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code == std::errc()) return value;
  // Too small is zero, too large is text.
  const size_t exponent = text.find_first_of("eE");
  const bool small =
      exponent != std::string_view::npos && text.substr(exponent + 1).starts_with('-');
  return small ? std::optional<ScalarNumber>(0.0) : std::nullopt;
}

// As strconv.FormatFloat(value, 'g', -1, 32): the fewest digits that give the float back, with an
// exponent below 1e-4 and from 1e6 on.
std::string FloatKey(double value) {
  if (std::isnan(value)) return ".nan";
  const auto narrow = static_cast<float>(value);
  if (std::isinf(narrow)) return narrow > 0 ? ".inf" : "-.inf";
  char room[64];
  const auto scientific =
      std::to_chars(room, std::end(room), narrow, std::chars_format::scientific);
  const std::string text(room, scientific.ptr);
  const size_t mark = text.find('e');
  const int exponent = std::stoi(text.substr(mark + 1));
  constexpr int kFirstExponent = 6;
  if (exponent < -4 || exponent >= kFirstExponent) return text;
  const auto fixed = std::to_chars(room, std::end(room), narrow, std::chars_format::fixed);
  return {room, fixed.ptr};
}

}  // namespace

std::optional<ScalarNumber> NumberOf(std::string_view plain) {
  if (plain.empty() || !kNumberStart.Has(plain[0])) return std::nullopt;
  if (const auto odd = NotFinite(plain)) return *odd;
  if (plain[0] == '.') return FloatOf(plain);
  std::string without;
  if (plain.find('_') != std::string_view::npos) {
    std::copy_if(plain.begin(), plain.end(), std::back_inserter(without),
                 [](char c) { return c != '_'; });
    plain = without;
  }
  if (const auto integer = IntegerOf(plain)) return integer;
  return FloatOf(plain);
}

NodeKind ResolvePlain(std::string_view text) {
  if (text.empty()) return NodeKind::kNull;
  if (kNumberStart.Has(text[0])) return NumberOf(text) ? NodeKind::kNumber : NodeKind::kString;
  const Word* word = FindWord(text);
  return word == nullptr ? NodeKind::kString : word->kind;
}

bool IsTrue(std::string_view plain) {
  const Word* word = plain.empty() ? nullptr : FindWord(plain);
  return word != nullptr && word->value;
}

std::optional<std::string> ResolveKey(std::string_view plain) {
  switch (ResolvePlain(plain)) {
    case NodeKind::kNull:
      return std::nullopt;
    case NodeKind::kBool:
      return IsTrue(plain) ? "true" : "false";
    case NodeKind::kNumber:
      break;
    default:
      return std::string(plain);
  }
  const ScalarNumber number = *NumberOf(plain);
  if (const auto* integer = std::get_if<int64_t>(&number)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&number)) return FloatKey(*real);
  return std::nullopt;
}

}  // namespace keysteward::detection
