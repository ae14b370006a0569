#include "cli/scan/source_text.h"

#include <algorithm>

namespace keysteward::cli {
namespace {

using detection::Node;
using detection::ScalarStyle;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Length of a line break at `at`, 0 for none.
size_t BreakAt(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at, 3);
  if (rest.starts_with("\r\n")) return 2;
  if (rest.starts_with('\n') || rest.starts_with('\r')) return 1;
  if (rest.starts_with("\xC2\x85")) return 2;
  return rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9" ? 3 : 0;
}

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u; }

bool IsBlank(char byte) { return byte == ' ' || byte == '\t'; }

}  // namespace

SourceText::SourceText(std::string_view text) : text_(text) {
  if (text.starts_with(kByteOrderMark)) mark_ = kByteOrderMark.size();
  lines_.push_back(mark_);
  for (size_t at = mark_; at < text.size();) {
    const size_t length = BreakAt(text, at);
    at += std::max<size_t>(length, 1);
    if (length > 0) lines_.push_back(at);
  }
}

std::optional<size_t> SourceText::OffsetOf(detection::Position position) const {
  if (position.line == 0 || position.line > lines_.size() || position.column == 0) {
    return std::nullopt;
  }
  size_t at = lines_[position.line - 1];
  for (uint32_t column = 1; column < position.column; ++column) {
    if (at >= text_.size()) return std::nullopt;
    ++at;
    while (at < text_.size() && IsContinuation(text_[at])) ++at;
  }
  return at;
}

size_t SourceText::LineStart(size_t offset) const {
  return *(std::upper_bound(lines_.begin(), lines_.end(), offset) - 1);
}

// Backwards over `name: `, plain or quoted.
std::optional<size_t> SourceText::KeyBefore(size_t value, std::string_view name) const {
  size_t at = value;
  const auto back_over = [&](auto&& what) {
    while (at > mark_ && what(text_[at - 1])) --at;
  };
  back_over([](char c) { return IsBlank(c) || c == '\n' || c == '\r'; });
  if (at == mark_ || text_[at - 1] != ':') return std::nullopt;
  --at;
  back_over(IsBlank);
  const bool quoted = at > mark_ && (text_[at - 1] == '"' || text_[at - 1] == '\'');
  const char quote = quoted ? text_[at - 1] : '\0';
  const size_t length = name.size() + (quoted ? 2 : 0);
  if (at < mark_ + length) return std::nullopt;
  std::string_view key = text_.substr(at - length, length);
  if (quoted) {
    if (key.front() != quote) return std::nullopt;
    key = key.substr(1, name.size());
  }
  at -= length;
  constexpr std::string_view kBefore = " \t\n\r{,";
  const bool starts = at == mark_ || kBefore.find(text_[at - 1]) != std::string_view::npos;
  return key == name && starts ? std::optional(at) : std::nullopt;
}

// The end of a scalar that is written in one line.
std::optional<size_t> SourceText::EndOfFlow(size_t begin, const Node& value) const {
  if (value.style == ScalarStyle::kPlain) {
    return text_.substr(begin).starts_with(value.text) ? std::optional(begin + value.text.size())
                                                       : std::nullopt;
  }
  const char quote = value.style == ScalarStyle::kSingleQuoted ? '\'' : '"';
  if (text_[begin] != quote) return std::nullopt;
  for (size_t at = begin + 1; at < text_.size(); ++at) {
    if (text_[at] == '\\' && quote == '"') {
      ++at;
    } else if (text_[at] == quote) {
      const bool doubled = quote == '\'' && at + 1 < text_.size() && text_[at + 1] == quote;
      if (!doubled) return at + 1;
      ++at;
    }
  }
  return std::nullopt;
}

// Lines below that are indented deeper than the line of the key; blank lines at the end stay.
TextSpan SourceText::BlockLines(size_t head_end, size_t key) const {
  // "- value: |" is indented as far as its key, not its dash.
  const size_t indent = key - LineStart(key);
  auto line = std::upper_bound(lines_.begin(), lines_.end(), head_end);
  TextSpan span;
  span.begin = line == lines_.end() ? text_.size() : *line;
  span.end = span.begin;
  for (; line != lines_.end(); ++line) {
    size_t at = *line;
    while (at < text_.size() && text_[at] == ' ') ++at;
    if (at == text_.size() || BreakAt(text_, at) > 0) continue;
    if (at - *line <= indent) break;
    span.end = line + 1 == lines_.end() ? text_.size() : *(line + 1);
  }
  return span;
}

Result<MemberText> SourceText::Member(const Node& value, std::string_view name) const {
  const std::optional<size_t> begin = OffsetOf(value.position);
  if (!begin || *begin >= text_.size()) return Error::InvalidArgument("its place is not known");
  if (std::string_view("&*!").find(text_[*begin]) != std::string_view::npos) {
    return Error::InvalidArgument("it has an anchor, an alias or a tag");
  }
  const std::optional<size_t> key = KeyBefore(*begin, name);
  if (!key) return Error::InvalidArgument("it does not stand right behind its name");
  if (value.style == ScalarStyle::kLiteral || value.style == ScalarStyle::kFolded) {
    size_t end = *begin;
    while (end < text_.size() && BreakAt(text_, end) == 0 && !IsBlank(text_[end])) ++end;
    return MemberText{{*key, end}, BlockLines(end, *key)};
  }
  const std::optional<size_t> end = EndOfFlow(*begin, value);
  if (!end) return Error::InvalidArgument("it is written over several lines");
  return MemberText{{*key, *end}, std::nullopt};
}

}  // namespace keysteward::cli
