// The scalars of the common YAML reader. Folding follows YAML 1.1 §9 as libyaml does it.
#include <algorithm>
#include <cstring>

#include "common/char_class.h"
#include "detection/reader/common_yaml_reader.h"
#include "detection/reader/utf8.h"

namespace keysteward::detection {
namespace {

constexpr CharClass kEndsPlain("\n\t:#");
constexpr CharClass kEndsSingleQuoted("'\n");
constexpr CharClass kEndsDoubleQuoted("\"\\\n");

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// What stands for itself or one byte after a backslash; '\xFF' for none of them.
char SimpleEscape(char c) {
  constexpr std::string_view kFrom = "0abtnvfre \"/\\";
  constexpr std::string_view kTo("\0\a\b\t\n\v\f\r\x1B \"/\\", 13);
  const size_t at = kFrom.find(c);
  return at == std::string_view::npos ? '\xFF' : kTo[at];
}

}  // namespace

// --- plain ---------------------------------------------------------------------------------------

Node* CommonYamlReader::PlainValue(int indent) {
  const Position position = PositionOf(at_);
  std::string_view text;
  bool commented = false;
  if (indent < 0 || !PlainLine(text, commented)) return nullptr;
  EndLine();
  if (!commented && !ContinuePlain(indent, text, text)) return nullptr;
  return NewScalar(text, ScalarStyle::kPlain, position);
}

// The part of a plain scalar on this line; the cursor moves to the line's end.
bool CommonYamlReader::PlainLine(std::string_view& piece, bool& commented) {
  const char* start = at_;
  while (true) {
    while (!kEndsPlain.Has(*at_)) ++at_;
    if (*at_ == '\n') break;
    if (*at_ == '\t' || (*at_ == ':' && IsBlankOrEnd(at_ + 1))) return false;
    commented = *at_ == '#' && at_ > start && at_[-1] == ' ';
    if (commented) break;
    ++at_;
  }
  const char* stop = at_;
  while (stop > start && stop[-1] == ' ') --stop;
  piece = {start, static_cast<size_t>(stop - start)};
  if (commented) at_ = static_cast<const char*>(std::memchr(at_, '\n', end_ - at_ + 1));
  return true;
}

// Lines deeper than `indent` go on with the scalar: one line break is a blank, further ones stay.
bool CommonYamlReader::ContinuePlain(int indent, std::string_view first, std::string_view& text) {
  bool joined = false;
  bool commented = false;
  size_t empty = 0;
  while (!commented && NextLineContinues(indent, empty)) {
    if (!joined) room_.assign(first);
    joined = true;
    room_.append(std::max<size_t>(empty, 1), empty == 0 ? ' ' : '\n');
    std::string_view piece;
    if (!PlainLine(piece, commented)) return false;
    room_ += piece;
    EndLine();
  }
  if (joined) text = nodes_.Copy(room_);
  at_ = line_start_;
  return true;
}

// Whether the next line that is not empty is deeper than `indent`; the cursor is on it then.
bool CommonYamlReader::NextLineContinues(int indent, size_t& empty) {
  const char* line = line_start_;
  const char* content = line;
  for (empty = 0; true; ++empty) {
    while (*content == ' ') ++content;
    if (*content != '\n' || content >= end_) break;
    line = ++content;
  }
  if (content >= end_ || content - line <= indent || *content == '#') return false;
  at_ = content;
  line_start_ = line;
  line_ += static_cast<uint32_t>(empty);
  return true;
}

// --- quoted --------------------------------------------------------------------------------------

Node* CommonYamlReader::QuotedValue() {
  const ScalarStyle style = *at_ == '"' ? ScalarStyle::kDoubleQuoted : ScalarStyle::kSingleQuoted;
  const Position position = PositionOf(at_);
  std::string_view text;
  return TakeQuoted(text) ? NewScalar(text, style, position) : nullptr;
}

// Most quoted scalars end on their line and hold no escape: they are a part of the text.
bool CommonYamlReader::TakeQuoted(std::string_view& text) {
  const char quote = *at_;
  const CharClass& ends = quote == '"' ? kEndsDoubleQuoted : kEndsSingleQuoted;
  const char* stop = at_ + 1;
  while (!ends.Has(*stop)) ++stop;
  if (*stop != quote || (quote == '\'' && stop[1] == '\'')) {
    return TakeQuotedAcrossLines(quote, text);
  }
  text = {at_ + 1, static_cast<size_t>(stop - at_ - 1)};
  at_ = stop + 1;
  return true;
}

bool CommonYamlReader::TakeQuotedAcrossLines(char quote, std::string_view& text) {
  room_.clear();
  ++at_;
  std::string blanks;
  while (true) {
    bool broken = false;  // a line break was passed, so blanks no longer count
    while (!IsBlank(*at_) && *at_ != '\n') {
      const bool pair = quote == '\'' && at_[0] == '\'' && at_[1] == '\'';
      if (*at_ == quote && !pair) {
        ++at_;
        text = nodes_.Copy(room_);
        return true;
      }
      if (quote == '"' && *at_ == '\\') {
        ++at_;
        if (*at_ == '\n') {
          broken = true;
          break;
        }
        if (!TakeEscape()) return false;
        continue;
      }
      room_ += *at_;
      at_ += pair ? 2 : 1;
    }
    const bool escaped = broken;
    size_t breaks = 0;
    blanks.clear();
    for (; IsBlank(*at_) || *at_ == '\n'; ++at_) {
      if (*at_ != '\n') {
        if (!broken) blanks += *at_;
        continue;
      }
      if (at_ >= end_) return false;
      broken = true;
      ++breaks;
      EndLine();
      if (AtMarker()) return false;
      --at_;
    }
    if (!broken) {
      room_ += blanks;
    } else if (breaks == 1 && !escaped) {
      room_ += ' ';
    } else {
      room_.append(breaks - 1, '\n');
    }
  }
}

// After the backslash.
bool CommonYamlReader::TakeEscape() {
  const char c = *at_++;
  if (c == 'x') return TakeCodePoint(2);
  if (c == 'u') return TakeCodePoint(4);
  if (c == 'U') return TakeCodePoint(8);
  const char byte = SimpleEscape(c);
  if (byte == '\xFF') return false;
  room_ += byte;
  return true;
}

bool CommonYamlReader::TakeCodePoint(int digits) {
  uint32_t point = 0;
  for (int i = 0; i < digits; ++i, ++at_) {
    const int digit = HexDigit(*at_);
    if (digit < 0) return false;
    point = point << 4 | static_cast<uint32_t>(digit);
  }
  if ((point >= 0xD800 && point <= 0xDFFF) || point > 0x10FFFF) return false;
  AppendUtf8(point, room_);
  return true;
}

// --- literal and folded --------------------------------------------------------------------------

Node* CommonYamlReader::BlockScalar(int indent) {
  const bool folded = *at_ == '>';
  const Position position = PositionOf(at_);
  int increment = 0;
  int chomping = 0;
  if (!BlockHeader(increment, chomping)) return nullptr;
  const int least = std::max(indent + 1, 1);
  const int column = increment > 0 ? std::max(indent, 0) + increment : DetectIndent(least);
  if (column < 0 || !BlockLines(column, folded, chomping)) return nullptr;
  Node* node = NewScalar(nodes_.Copy(room_), folded ? ScalarStyle::kFolded : ScalarStyle::kLiteral,
                         position);
  const bool says_something = node->text.find_first_not_of(" \n") != std::string_view::npos;
  if (says_something) node->indent = static_cast<uint16_t>(std::min(column, UINT16_MAX));
  return node;
}

// |+2, >-, | # comment
bool CommonYamlReader::BlockHeader(int& increment, int& chomping) {
  ++at_;
  for (int i = 0; i < 2; ++i) {
    if ((*at_ == '+' || *at_ == '-') && chomping == 0) {
      chomping = *at_++ == '+' ? 1 : -1;
    } else if (*at_ >= '1' && *at_ <= '9' && increment == 0) {
      increment = *at_++ - '0';
    }
  }
  return FinishLine();
}

// The column of the first line that is not empty; -1 where libyaml has rules of its own.
int CommonYamlReader::DetectIndent(int least) const {
  int longest = 0;
  for (const char* line = line_start_; line < end_;) {
    const char* at = line;
    while (*at == ' ') ++at;
    const int column = static_cast<int>(at - line);
    if (*at == '\t' || (at >= end_ && at > line)) return -1;
    if (*at != '\n') return longest > column ? -1 : std::max(column, least);
    longest = std::max(longest, column);
    line = at + 1;
  }
  return std::max(longest, least);
}

// Indentation and empty lines; the cursor stops at a line's content, or where it would begin.
bool CommonYamlReader::BlankLines(int indent, std::string& breaks) {
  while (true) {
    at_ = line_start_;
    while (*at_ == ' ' && at_ - line_start_ < indent) ++at_;
    if (*at_ == '\t' && at_ - line_start_ < indent) return false;
    if (*at_ != '\n' || at_ >= end_) return true;
    breaks += '\n';
    EndLine();
  }
}

// Into room_.
bool CommonYamlReader::BlockLines(int indent, bool folded, int chomping) {
  room_.clear();
  std::string breaks;
  bool broken = false;       // a line break waits to be written
  bool after_blank = false;  // the line before began with a blank
  if (!BlankLines(indent, breaks)) return false;
  while (at_ - line_start_ == indent && at_ < end_) {
    const bool blank = IsBlank(*at_);
    const bool folds = folded && broken && !after_blank && !blank;
    if (folds && breaks.empty()) room_ += ' ';
    if (!folds && broken) room_ += '\n';
    room_ += breaks;
    breaks.clear();
    after_blank = blank;
    const char* start = at_;
    at_ = static_cast<const char*>(std::memchr(at_, '\n', end_ - at_ + 1));
    room_.append(start, at_);
    broken = at_ < end_;
    EndLine();
    if (!BlankLines(indent, breaks)) return false;
  }
  if (chomping >= 0 && broken) room_ += '\n';
  if (chomping > 0) room_ += breaks;
  at_ = line_start_;
  return true;
}

}  // namespace keysteward::detection
