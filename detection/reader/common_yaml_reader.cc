#include "detection/reader/common_yaml_reader.h"

#include <cstring>

#include "common/char_class.h"
#include "detection/reader/common_yaml_text.h"
#include "detection/reader/scalar_rules.h"

namespace keysteward::detection {
namespace {

constexpr CharClass kDigits("0123456789");

// .inf, -.INF, .nan: no JSON has them.
bool IsFinite(std::string_view number) {
  const char last = number.back();
  return kDigits.Has(last) || last == '.' || number.find('.') == std::string_view::npos;
}

// What a plain scalar does not begin with, and what only libyaml should explain.
constexpr CharClass kNoPlainStart("?:,[]{}#&*!|>'\"%@`-");

}  // namespace

bool ResolveName(std::string_view& key) {
  const NodeKind kind = ResolvePlain(key);
  if (kind == NodeKind::kBool) key = IsTrue(key) ? "true" : "false";
  return (kind == NodeKind::kString && key != "<<") || kind == NodeKind::kBool;
}

CommonYamlReader::CommonYamlReader(std::string_view text, const ReadLimits& limits,
                                   std::pmr::memory_resource& arena)
    : limits_(limits), nodes_(arena) {
  char* copy = nodes_.Room(text.size() + 1);
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\n';
  text_ = {copy, text.size()};
  at_ = line_start_ = text_.data();
  end_ = at_ + text_.size();
}

bool CommonYamlReader::Read(std::vector<Document>& documents) {
  const TextKind kind = KindOfText(text_);
  if (kind == TextKind::kOther) return false;
  ascii_ = kind == TextKind::kAscii;
  const size_t before = documents.size();
  Next next = NextContent();
  while (next != Next::kEnd) {
    if (!ReadDocument(next, documents) || documents.size() > limits_.documents) {
      documents.resize(before);
      return false;
    }
    next = NextContent();
  }
  return true;
}

// From its marker, or its first content, up to the next marker.
bool CommonYamlReader::ReadDocument(Next next, std::vector<Document>& documents) {
  if (next == Next::kMarker) {
    if (*at_ == '.') return false;
    at_ += 3;
    if (!FinishLine()) return false;
    next = NextContent();
  }
  nodes_.ForgetMade();
  Node* root = nullptr;
  if (next == Next::kContent) {
    root = BlockNode(column_, -1, 0);
    if (root == nullptr || NextContent() == Next::kContent) return false;
  } else {
    const bool unfinished = next == Next::kEnd && at_ != line_start_;
    root = NewScalar({}, ScalarStyle::kPlain, {line_ + (unfinished ? 1 : 0), 1});
  }
  at_ = line_start_;  // the marker is looked at again
  if (nodes_.made() > limits_.nodes) return false;
  documents.push_back({root, static_cast<uint32_t>(documents.size())});
  return true;
}

bool CommonYamlReader::AtMarker() const {
  if (end_ - line_start_ < 3) return false;
  const bool marker =
      std::memcmp(line_start_, "---", 3) == 0 || std::memcmp(line_start_, "...", 3) == 0;
  return marker && (IsBlankOrEnd(line_start_ + 3) || line_start_[3] == '\t');
}

// From the start of a line to the first character that is neither blank nor comment.
CommonYamlReader::Next CommonYamlReader::NextContent() {
  while (true) {
    at_ = line_start_;
    while (*at_ == ' ') ++at_;
    if (at_ >= end_) return Next::kEnd;
    if (*at_ == '#') at_ = static_cast<const char*>(std::memchr(at_, '\n', end_ - at_ + 1));
    if (at_ >= end_) return Next::kEnd;
    if (*at_ != '\n') break;
    EndLine();
  }
  column_ = static_cast<int>(at_ - line_start_);
  return column_ == 0 && AtMarker() ? Next::kMarker : Next::kContent;
}

// Over the line break.
void CommonYamlReader::EndLine() {
  if (at_ < end_) ++at_;
  ++line_;  // the text's end counts as one
  line_start_ = at_;
}

void CommonYamlReader::SkipSpaces() {
  while (*at_ == ' ') ++at_;
}

// Blanks and a comment may end a line; anything else is not common.
bool CommonYamlReader::FinishLine() {
  const char* before = at_;
  SkipSpaces();
  if (*at_ == '#' && at_ > before) {
    at_ = static_cast<const char*>(std::memchr(at_, '\n', end_ - at_ + 1));
  }
  if (*at_ != '\n') return false;
  EndLine();
  return true;
}

Position CommonYamlReader::PositionOf(const char* at) const {
  uint32_t column = 1;
  if (ascii_) {
    column += static_cast<uint32_t>(at - line_start_);
  } else {
    for (const char* c = line_start_; c < at; ++c) column += (*c & 0xC0) != 0x80;
  }
  return {line_, column};
}

Node* CommonYamlReader::NewCollection(NodeKind kind, Position position) {
  Node* node = nodes_.New();
  node->kind = kind;
  node->position = position;
  return node;
}

Node* CommonYamlReader::NewScalar(std::string_view text, ScalarStyle style, Position position) {
  if (text.size() > limits_.scalar_bytes) return nullptr;
  Node* node = nodes_.New();
  node->kind = style == ScalarStyle::kPlain ? ResolvePlain(text) : NodeKind::kString;
  if (node->kind == NodeKind::kNumber && !IsFinite(text)) return nullptr;
  node->style = style;
  node->position = position;
  node->text = text;
  return node;
}

// --- block collections ---------------------------------------------------------------------------

Node* CommonYamlReader::BlockNode(int column, int indent, size_t depth) {
  if (depth >= limits_.depth) return nullptr;
  if (*at_ == '-' && IsBlankOrEnd(at_ + 1)) return Sequence(column, depth);
  const char* start = at_;
  const char* line_start = line_start_;
  const uint32_t line = line_;
  const Position position = PositionOf(at_);
  if (TakeKey()) return Mapping(column, position, depth);
  at_ = start;
  line_start_ = line_start;  // a quoted text may have crossed lines
  line_ = line;
  return InlineValue(indent, depth);
}

Node* CommonYamlReader::Mapping(int column, Position position, size_t depth) {
  ChildList members{NewCollection(NodeKind::kMapping, position)};
  while (true) {
    const std::string_view key = key_;
    Node* value = MemberValue(column, depth + 1);
    if (value == nullptr) return nullptr;
    value->key = key;
    members.Append(value);
    if (NextContent() != Next::kContent || column_ < column) break;
    if (column_ > column || !TakeKey()) return nullptr;
  }
  at_ = line_start_;
  return members.node;
}

// After the colon: on the same line, or below it.
Node* CommonYamlReader::MemberValue(int column, size_t depth) {
  const Position after = PositionOf(at_);
  SkipSpaces();
  if (*at_ != '\n' && *at_ != '#') return InlineValue(column, depth);
  if (!FinishLine()) return nullptr;
  if (NextContent() == Next::kContent) {
    const bool dash = *at_ == '-' && IsBlankOrEnd(at_ + 1);
    if (column_ > column || (column_ == column && dash)) return BlockNode(column_, column, depth);
  }
  at_ = line_start_;
  return NewScalar({}, ScalarStyle::kPlain, after);
}

Node* CommonYamlReader::Sequence(int column, size_t depth) {
  ChildList items{NewCollection(NodeKind::kSequence, PositionOf(at_))};
  while (true) {
    ++at_;  // the dash
    Node* item = Item(column, depth + 1);
    if (item == nullptr) return nullptr;
    items.Append(item);
    if (NextContent() != Next::kContent || column_ < column) break;
    if (column_ > column) return nullptr;
    if (*at_ != '-' || !IsBlankOrEnd(at_ + 1)) break;
  }
  at_ = line_start_;
  return items.node;
}

// After the dash: on the same line, or below it.
Node* CommonYamlReader::Item(int column, size_t depth) {
  const Position after = PositionOf(at_);
  SkipSpaces();
  if (*at_ != '\n' && *at_ != '#') {
    return BlockNode(static_cast<int>(at_ - line_start_), column, depth);
  }
  if (!FinishLine()) return nullptr;
  if (NextContent() == Next::kContent && column_ > column) {
    return BlockNode(column_, column, depth);
  }
  at_ = line_start_;
  return NewScalar({}, ScalarStyle::kPlain, after);
}

// --- names ---------------------------------------------------------------------------------------

// `name:` at the cursor, which then stands behind the colon.
bool CommonYamlReader::TakeKey() {
  const char* start = at_;
  const bool taken = *at_ == '"' || *at_ == '\'' ? TakeQuotedKey() : TakePlainKey();
  return taken && at_ - start <= kLongestKey;
}

bool CommonYamlReader::TakePlainKey() {
  const char* start = at_;
  if (kNoPlainStart.Has(*at_) && (*at_ != '-' || IsBlankOrEnd(at_ + 1))) return false;
  while (*at_ != '\n' && *at_ != '\t' && (*at_ != ':' || !IsBlankOrEnd(at_ + 1))) {
    if (*at_ == '#' && at_ > start && at_[-1] == ' ') return false;
    ++at_;
  }
  if (*at_ != ':') return false;
  const char* key_end = at_;
  while (key_end > start && key_end[-1] == ' ') --key_end;
  key_ = {start, static_cast<size_t>(key_end - start)};
  ++at_;
  return ResolveName(key_);
}

bool CommonYamlReader::TakeQuotedKey() {
  const uint32_t line = line_;
  if (!TakeQuoted(key_) || line_ != line) return false;
  SkipSpaces();
  if (*at_ != ':' || !IsBlankOrEnd(at_ + 1)) return false;
  ++at_;
  return true;
}

Node* CommonYamlReader::InlineValue(int indent, size_t depth) {
  const char c = *at_;
  if (c == '|' || c == '>') return BlockScalar(indent);
  Node* node = nullptr;
  if (c == '"' || c == '\'') {
    node = QuotedValue();
  } else if (c == '[' || c == '{') {
    node = Flow(depth);
  } else if (kNoPlainStart.Has(c) && (c != '-' || IsBlankOrEnd(at_ + 1))) {
    return nullptr;
  } else {
    return PlainValue(indent);
  }
  return node != nullptr && FinishLine() ? node : nullptr;
}

}  // namespace keysteward::detection
