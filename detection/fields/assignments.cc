#include "detection/fields/assignments.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "common/char_class.h"
#include "common/strings.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kNameChars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
// Where a pair may begin to be seen.
constexpr CharClass kMarks("=:<-");
constexpr CharClass kEndsBareValue(" \t,;&\"'`");
bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }
// Enough to judge any value; bounds the work on lines made of separators.
constexpr size_t kLongestValue = 4096;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Offset of the first mark at or after `at`, sixteen bytes at a time: most text has none.
size_t NextMark(View text, size_t at) {
  using Block = uint8_t __attribute__((vector_size(16)));
  for (; at + sizeof(Block) <= text.size(); at += sizeof(Block)) {
    Block block;
    std::memcpy(&block, text.data() + at, sizeof block);
    const auto hits = (block == '=') | (block == ':') | (block == '<') | (block == '-');
    std::array<uint64_t, 2> halves{};
    std::memcpy(halves.data(), &hits, sizeof halves);
    if ((halves[0] | halves[1]) != 0) break;
  }
  return kMarks.Find(text, at);
}

// Scans one line, left to right; every character is looked at a bounded number of times.
class Line {
 public:
  Line(View text, std::vector<Assignment>& pairs, size_t limit)
      : text_(text), pairs_(pairs), limit_(limit) {}

  void Scan();

 private:
  View NameBefore(size_t separator) const;
  bool TakeSeparated(size_t separator);
  bool TakeElement(size_t open);
  bool TakeFlag(size_t dash);
  View ValueAt(size_t start);
  void Add(View name, View value);

  View text_;
  std::vector<Assignment>& pairs_;
  size_t limit_;
  size_t at_ = 0;
  View key_;  // value of a key= or name= attribute, for the value= after it
};

void Line::Scan() {
  while (pairs_.size() < limit_ && (at_ = NextMark(text_, at_)) < text_.size()) {
    const char c = text_[at_];
    const bool taken = ((c == '=' || c == ':') && TakeSeparated(at_)) ||
                       (c == '<' && TakeElement(at_)) || (c == '-' && TakeFlag(at_));
    if (!taken) ++at_;
  }
}

// The name that ends just before `separator`, quotes and blanks between allowed.
View Line::NameBefore(size_t separator) const {
  size_t end = separator;
  while (end > 0 && IsBlank(text_[end - 1])) --end;
  if (end > 0 && text_[end - 1] == '\\') --end;
  if (end > 0 && IsQuote(text_[end - 1])) --end;
  if (end > 0 && text_[end - 1] == '\\') --end;
  size_t start = end;
  constexpr size_t kLongest = 128;
  while (start > 0 && end - start < kLongest && kNameChars.Has(text_[start - 1])) --start;
  while (start < end && (text_[start] == '-' || text_[start] == '.')) ++start;
  return text_.substr(start, end - start);
}

bool Line::TakeSeparated(size_t separator) {
  const View name = NameBefore(separator);
  if (name.empty()) return false;
  size_t start = separator + 1;
  const bool colon = text_[separator] == ':';
  if (start < text_.size() && (text_[start] == '>' || text_[start] == '=')) ++start;  // => :=
  const size_t after = start;
  while (start < text_.size() && IsBlank(text_[start])) ++start;
  const bool blank = start > after;
  if (start >= text_.size()) return false;
  const bool quoted = IsQuote(text_[start]) || text_[start] == '\\';
  // a:b is a host and a port, or a URL; a: b and "a":b are pairs.
  if (colon && !blank && !quoted && start == separator + 1) {
    const bool name_quoted = separator > 0 && IsQuote(text_[separator - 1]);
    if (!name_quoted) return false;
  }
  const View value = ValueAt(start);
  if ((name == "key" || name == "name") && quoted) key_ = value;
  Add(name == "value" && !key_.empty() ? key_ : name, value);
  return true;
}

// <password>value</password>
bool Line::TakeElement(size_t open) {
  const size_t end = kNameChars.FindOther(text_, open + 1);
  if (end == open + 1 || end >= text_.size() || text_[end] != '>') return false;
  const View rest = text_.substr(end + 1, kLongestValue);
  const size_t close = rest.find('<');
  if (close == View::npos || close + 1 >= rest.size() || rest[close + 1] != '/') return false;
  Add(text_.substr(open + 1, end - open - 1), rest.substr(0, close));
  at_ = end + 1;
  return true;
}

// --token value; --token=value is taken at its '='.
bool Line::TakeFlag(size_t dash) {
  if (dash > 0 && !IsBlank(text_[dash - 1]) && !IsQuote(text_[dash - 1])) return false;
  size_t start = dash;
  while (start < text_.size() && text_[start] == '-') ++start;
  const size_t end = kNameChars.FindOther(text_, start);
  if (end - start < 2 || end >= text_.size() || !IsBlank(text_[end])) return false;
  size_t value = end;
  while (value < text_.size() && IsBlank(text_[value])) ++value;
  if (value >= text_.size() || text_[value] == '-' || text_[value] == '|') return false;
  const View word = ValueAt(value);
  Add(text_.substr(start, end - start), word);
  return true;
}

// The value that starts there. Scanning goes on inside it: it may hold pairs of its own, such as
// -H "X-Token: abc" or a URL with a query.
View Line::ValueAt(size_t start) {
  at_ = start + 1;
  View rest = text_.substr(start, kLongestValue);
  if (rest.size() > 1 && rest[0] == '\\' && IsQuote(rest[1])) {  // JSON inside a string
    rest.remove_prefix(2);
    return rest.substr(0, rest.find('\\'));
  }
  if (!IsQuote(rest[0])) return rest.substr(0, kEndsBareValue.Find(rest));
  size_t end = 1;
  while (end < rest.size() && rest[end] != rest[0]) end += rest[end] == '\\' ? 2 : 1;
  return rest.substr(1, std::min(end, rest.size()) - 1);
}

void Line::Add(View name, View value) {
  value = Trim(value);
  if (!value.empty()) pairs_.push_back({name, value});
}

}  // namespace

void FindAssignments(View text, std::vector<Assignment>& pairs, size_t limit) {
  while (!text.empty() && pairs.size() < limit) {
    const size_t end = text.find('\n');
    View line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    Line(line, pairs, limit).Scan();
    text.remove_prefix(end == View::npos ? text.size() : end + 1);
  }
}

}  // namespace keysteward::detection
