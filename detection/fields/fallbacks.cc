#include "detection/fields/fallbacks.h"

#include <algorithm>
#include <initializer_list>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/fields/next_of.h"
#include "detection/fields/shapes.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kNameChars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
constexpr CharClass kCapitals("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
constexpr CharClass kCuts("0123456789-+ :");
constexpr CharClass kClosing(")]");
constexpr size_t kLongestName = 128;
constexpr size_t kLongestValue = 512;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }
bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool Contains(View text, View part) { return text.find(part) != View::npos; }

size_t SkipBlanks(View text, size_t at) {
  while (at < text.size() && IsBlank(text[at])) ++at;
  return at;
}

// Where a fallback may begin to be seen.
size_t NextMark(View text, size_t at) { return NextOf<'$', '|', '?', '{', ')'>(text, at); }

// ${…} of a variable: its name, and what stands for it.
struct Braced {
  View variable;
  View value;
};

// Spring's ${a.b:x}. ${TOKEN:0:8} cuts, and ${env:X}, ${file:/a:b} or ${secret:db-2} read
// elsewhere: what they are read by is one plain word.
bool IsSpringDefault(View variable, View value) {
  if (Contains(value, ":") || kCuts.HasAll(value) || value[0] == '?' ||
      (value[0] == '+' && !LooksRandom(Measure(value)))) {
    return false;  // ${A:?message}, ${A:+x}
  }
  const bool plain = std::none_of(variable.begin(), variable.end(),
                                  [](char c) { return IsUpper(c) || c == '_' || c == '.'; });
  return !plain || (variable != "secret" && EndsLikeCredential(variable) && LooksGenerated(value));
}

// What ${…} holds, without the braces.
Braced ReadBraced(View inner) {
  const View head = inner.substr(0, kLongestName);
  size_t at = head.find(':');
  while (at != View::npos && at + 1 < head.size() && head[at + 1] != '-' && head[at + 1] != '=') {
    at = head.find(':', at + 1);
  }
  if (at != View::npos && at + 1 < head.size()) {  // ${A:-x}, ${env:A:-x}
    size_t start = at;
    while (start > 0 && kNameChars.Has(inner[start - 1])) --start;
    if (start > 0 && inner[start - 1] != ':') return {};
    return {inner.substr(start, at - start), inner.substr(at + 2)};
  }
  const size_t capitals = kCapitals.FindOther(inner);
  // ${A-x}; in small letters it may be a name with hyphens.
  if (capitals > 0 && capitals < inner.size() &&
      (inner[capitals] == '-' || inner[capitals] == '=')) {
    return {inner.substr(0, capitals), inner.substr(capitals + 1)};
  }
  const size_t name = kNameChars.FindOther(inner);
  if (name == 0 || name >= inner.size() || inner[name] != ':') return {};
  const Braced spring{inner.substr(0, name), inner.substr(name + 1)};
  return IsSpringDefault(spring.variable, spring.value) ? spring : Braced();
}

// $OTHER, ${OTHER}, $(command); Mango2022$ is a password.
bool HoldsReference(View value) {
  size_t at = value.find('$');
  for (; at != View::npos && at + 1 < value.size(); at = value.find('$', at + 1)) {
    if (kNameChars.Has(value[at + 1]) || value[at + 1] == '{' || value[at + 1] == '(') return true;
  }
  return false;
}

class FallbackLine {
 public:
  FallbackLine(View text, std::vector<Assignment>& pairs, size_t first)
      : text_(text), pairs_(pairs), next_(first), end_(pairs.size()) {}

  void TakeAt(size_t mark);

 private:
  void TakeBraced(size_t dollar);
  void TakeOperator(size_t at, size_t width);
  void TakeFilter(size_t pipe);
  void TakeAction(size_t open);
  View VariableBefore(size_t end) const;
  View WordBefore(size_t end) const;
  View OwnerOf(size_t at);
  void Add(View variable, size_t at, View value);

  View text_;
  std::vector<Assignment>& pairs_;
  size_t next_;  // of the line's pairs, the first whose value begins later
  size_t end_;   // of them
  View owner_;
  const char* owner_value_ = nullptr;
};

void FallbackLine::TakeAt(size_t mark) {
  const View rest = text_.substr(mark);
  if (rest.starts_with("${")) return TakeBraced(mark);
  if (rest.starts_with("||") || rest.starts_with("??") || rest.starts_with("?:")) {
    return TakeOperator(mark, 2);
  }
  if (rest.starts_with(") or ")) return TakeOperator(mark + 1, 4);
  if (rest.starts_with(").orElse(")) return TakeOperator(mark + 1, 8);
  if (rest.starts_with(") {")) return TakeOperator(mark + 1, 2);  // ENV.fetch("A") { "x" }
  if (rest[0] == '|') return TakeFilter(mark);
  if (rest.starts_with("{{")) return TakeAction(mark + 2);
}

void FallbackLine::TakeBraced(size_t dollar) {
  const View rest = text_.substr(dollar + 2, kLongestValue);
  const size_t close = rest.find('}');
  if (close == View::npos) return;
  const Braced braced = ReadBraced(rest.substr(0, close));
  if (braced.variable.empty()) return;
  View value = braced.value;
  while (!value.empty() && (IsQuote(value[0]) || value[0] == '\\')) value.remove_prefix(1);
  while (!value.empty() && (IsQuote(value.back()) || value.back() == '\\')) value.remove_suffix(1);
  if (value.find_first_of(" \t") != View::npos || HoldsReference(value)) return;
  Add(braced.variable, dollar, value);
}

// process.env.A, env['A'], getenv("A"): what stands left of an operator. A string alone is none,
// and t("password") is a translation.
View FallbackLine::VariableBefore(size_t end) const {
  while (end > 0 && IsBlank(text_[end - 1])) --end;
  const size_t outside = end;
  constexpr size_t kMostBrackets = 2;
  while (end > 0 && outside - end < kMostBrackets && kClosing.Has(text_[end - 1])) --end;
  const bool bracket = end < outside;
  if (end > 0 && IsQuote(text_[end - 1])) {
    if (!bracket) return {};
    --end;
  }
  const View variable = WordBefore(end);
  const size_t start = end - variable.size();
  const bool called = bracket && start > 1 && IsQuote(text_[start - 1]) && text_[start - 2] == '(';
  constexpr size_t kShortestReader = 3;  // env, get
  return called && WordBefore(start - 2).size() < kShortestReader ? View() : variable;
}

View FallbackLine::WordBefore(size_t end) const {
  size_t start = end;
  while (start > 0 && end - start < kLongestName && kNameChars.Has(text_[start - 1])) --start;
  return text_.substr(start, end - start);
}

void FallbackLine::TakeOperator(size_t at, size_t width) {
  View value;
  if (!ReadQuoted(text_, SkipBlanks(text_, at + width), value)) return;
  const View variable = VariableBefore(at);
  if (!variable.empty()) Add(variable, at, value);
}

// x | default('y'), .x | default "y"
void FallbackLine::TakeFilter(size_t pipe) {
  size_t at = SkipBlanks(text_, pipe + 1);
  const View rest = text_.substr(at);
  const size_t word = rest.starts_with("default") ? 7 : rest.starts_with("d(") ? 1 : 0;
  if (word == 0) return;
  at = SkipBlanks(text_, at + word);
  if (at < text_.size() && text_[at] == '(') at = SkipBlanks(text_, at + 1);
  View value;
  if (!ReadQuoted(text_, at, value)) return;
  const View variable = VariableBefore(pipe);
  if (!variable.empty()) Add(variable, pipe, value);
}

// {{ default "y" .x }}, {{ getenv "X" "y" }}
void FallbackLine::TakeAction(size_t open) {
  size_t at = open;
  if (at < text_.size() && text_[at] == '-') ++at;
  at = SkipBlanks(text_, at);
  View literal;
  if (ReadQuoted(text_, at, literal)) return Add({}, open, literal);  // {{ "x" | quote }}
  const size_t end = kNameChars.FindOther(text_, at);
  const View word = text_.substr(at, end - at);
  if (word != "default" && word != "getenv" && word != "envOrDefault") return;
  View first;
  const size_t quote = SkipBlanks(text_, end);
  if (!ReadQuoted(text_, quote, first)) return;
  const size_t escape = text_[quote] == '\\' ? 1 : 0;
  size_t second = SkipBlanks(text_, first.data() + first.size() + 1 + escape - text_.data());
  if (word != "default") {
    View value;
    if (ReadQuoted(text_, second, value)) Add(first, open, value);
    return;
  }
  if (second < text_.size() && text_[second] == '$') ++second;
  Add(text_.substr(second, kNameChars.FindOther(text_, second) - second), open, first);
}

// What the expression at `at` is assigned to.
View FallbackLine::OwnerOf(size_t at) {
  const char* place = text_.data() + at;
  for (; next_ < end_ && pairs_[next_].value.data() <= place; ++next_) {
    owner_ = pairs_[next_].name;
    owner_value_ = pairs_[next_].value.data();
  }
  if (owner_value_ == nullptr || owner_value_ < text_.data() || owner_value_ > place) return {};
  const View between(owner_value_, place - owner_value_);
  if (between.size() > kLongestName || between.find_first_of(",;") != View::npos) return {};
  return owner_;
}

void FallbackLine::Add(View variable, size_t at, View value) {
  value = Trim(value);
  if (value.empty() || value.size() > kLongestValue) return;
  View name = variable;
  if (!HoldsCredentialWord(variable) && ClassifyName(variable).strength == NameStrength::kNone) {
    name = OwnerOf(at);
    if (name.empty() && at > 0) return;
  }
  pairs_.push_back({name, value, true});
}

}  // namespace

bool MayHoldFallbacks(View text) {
  for (size_t at = NextMark(text, 0); at < text.size(); at = NextMark(text, at + 1)) {
    const View two = text.substr(at, 2);
    if (two == "${" || two == "{{" || two == "||" || two == "??" || two == "?:" || two == ") " ||
        two == ").") {
      return true;
    }
  }
  return false;
}

void FindFallbacks(View line, std::vector<Assignment>& pairs, size_t first, size_t limit) {
  FallbackLine scanned(line, pairs, first);
  for (size_t at = NextMark(line, 0); at < line.size(); at = NextMark(line, at + 1)) {
    if (pairs.size() >= limit) return;
    scanned.TakeAt(at);
  }
}

}  // namespace keysteward::detection
