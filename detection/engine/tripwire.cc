#include "detection/engine/tripwire.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/digest.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kVersion = "1.";
constexpr size_t kDigits = 32;
constexpr unsigned kAllClasses = 15;

unsigned ClassesOf(std::string_view text) {
  unsigned classes = 0;
  for (const char c : text) {
    if (c >= 'a' && c <= 'z') {
      classes |= 1;
    } else if (c >= 'A' && c <= 'Z') {
      classes |= 2;
    } else if (c >= '0' && c <= '9') {
      classes |= 4;
    } else {
      classes |= 8;
    }
  }
  return classes;
}

struct Form {
  size_t length = 0;
  unsigned classes = 0;
};

// A decimal number and the dot behind it.
template <typename Number>
bool Take(std::string_view& text, Number& number) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end == text.data() + text.size() || *end != '.') return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  return true;
}

std::optional<Form> FormOf(std::string_view mark) {
  if (!mark.starts_with(kVersion)) return std::nullopt;
  mark.remove_prefix(kVersion.size());
  Form form;
  if (!Take(mark, form.length) || !Take(mark, form.classes)) return std::nullopt;
  const bool hex = mark.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  const bool fits = form.length >= kShortestMarked && form.length <= kLongestMarked &&
                    form.classes > 0 && form.classes <= kAllClasses;
  if (!fits || !hex || mark.size() != kDigits) return std::nullopt;
  return form;
}

}  // namespace

std::string MakeMark(std::string_view key, std::string_view value) {
  if (value.size() < kShortestMarked || value.size() > kLongestMarked) return "";
  return std::string(kVersion) + std::to_string(value.size()) + "." +
         std::to_string(ClassesOf(value)) + "." + HmacSha256Hex(key, value).substr(0, kDigits);
}

Tripwire::Tripwire(SecretBytes key, std::span<const std::string> marks) : key_(std::move(key)) {
  for (const std::string& mark : marks) {
    const std::optional<Form> form = FormOf(mark);
    if (!form) continue;
    marks_.insert(mark);
    forms_.insert({form->length, form->classes});
    if (lengths_.size() <= form->length) lengths_.resize(form->length + 1);
    lengths_[form->length] = true;
    shortest_ = shortest_ == 0 ? form->length : std::min(shortest_, form->length);
  }
}

bool Tripwire::Holds(std::string_view text) const {
  if (!MayHold(text.size()) || !forms_.contains({text.size(), ClassesOf(text)})) return false;
  return marks_.contains(MakeMark(key_.view(), text));
}

}  // namespace keysteward::detection
