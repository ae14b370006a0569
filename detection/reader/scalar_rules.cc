#include "detection/reader/scalar_rules.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>

namespace keysteward::detection {
namespace {

bool OneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool IsNull(std::string_view text) {
  return text.empty() || OneOf(text, {"~", "null", "Null", "NULL"});
}

bool IsTrue(std::string_view text) {
  return OneOf(text, {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"});
}

bool IsFalse(std::string_view text) {
  return OneOf(text, {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"});
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
  if (OneOf(text, {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"})) return true;
  return IsBasedInteger(text) || IsDecimal(text);
}

}  // namespace

NodeKind ResolvePlain(std::string_view text) {
  if (IsNull(text)) return NodeKind::kNull;
  if (IsTrue(text) || IsFalse(text)) return NodeKind::kBool;
  const char first = text[0];
  if ((std::isdigit(static_cast<unsigned char>(first)) != 0 || first == '.' || first == '-' ||
       first == '+') &&
      IsNumber(text)) {
    return NodeKind::kNumber;
  }
  return NodeKind::kString;
}

std::string_view ResolveKey(std::string_view text) {
  if (IsTrue(text)) return "true";
  if (IsFalse(text)) return "false";
  if (IsNull(text)) return "null";
  return text;
}

}  // namespace keysteward::detection
