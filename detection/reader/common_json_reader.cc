#include "detection/reader/common_json_reader.h"

#include <simdjson.h>

#include <cstring>

#include "common/char_class.h"
#include "detection/reader/utf8.h"

namespace keysteward::detection {
namespace {

using Block = uint8_t __attribute__((vector_size(16)));

// Behind the text, so that a block may be read at its end. No zero byte continues anything.
constexpr size_t kPadding = 32;

// The first quote, backslash or control character at or after `at`.
const char* StringEnd(const char* at) {
  while (true) {
    Block block;
    std::memcpy(&block, at, sizeof block);
    const auto ends = (block == '"') | (block == '\\') | (block < 0x20);
    uint64_t low = 0;
    uint64_t high = 0;
    std::memcpy(&low, &ends, sizeof low);
    std::memcpy(&high, reinterpret_cast<const char*>(&ends) + sizeof low, sizeof high);
    if (low != 0) return at + __builtin_ctzll(low) / 8;
    if (high != 0) return at + 8 + __builtin_ctzll(high) / 8;
    at += sizeof block;
  }
}

constexpr CharClass kDigits("0123456789");

// A number that any reader holds without loss of its range: RFC 8259 §6, and not too long.
const char* NumberEnd(const char* at) {
  constexpr ptrdiff_t kLongest = 40;
  const char* start = at;
  const auto digits = [&] {
    const char* first = at;
    while (kDigits.Has(*at)) ++at;
    return at > first;
  };
  if (*at == '-') ++at;
  const bool zero = *at == '0';
  const char* first = at;
  if (!digits() || (zero && at - first > 1)) return nullptr;
  if (*at == '.') {
    ++at;
    if (!digits()) return nullptr;
  }
  if (*at == 'e' || *at == 'E') {
    ++at;
    if (*at == '+' || *at == '-') ++at;
    first = at;
    if (!digits() || at - first > 2) return nullptr;
  }
  return at - start <= kLongest ? at : nullptr;
}

}  // namespace

CommonJsonReader::CommonJsonReader(std::string_view text, const ReadLimits& limits,
                                   std::pmr::memory_resource& arena)
    : limits_(limits), nodes_(arena) {
  char* copy = nodes_.Room(text.size() + kPadding);
  std::memcpy(copy, text.data(), text.size());
  std::memset(copy + text.size(), 0, kPadding);
  text_ = {copy, text.size()};
  at_ = line_start_ = copy;
  end_ = copy + text.size();
}

bool CommonJsonReader::Read(std::vector<Document>& documents) {
  if (!simdjson::validate_utf8(text_.data(), text_.size())) return false;
  const size_t before = documents.size();
  for (SkipSpace(); at_ < end_; SkipSpace()) {
    nodes_.ForgetMade();
    Node* root = *at_ == '{' || *at_ == '[' ? Value(0) : nullptr;
    if (root == nullptr || nodes_.made() > limits_.nodes || documents.size() >= limits_.documents) {
      documents.resize(before);
      return false;
    }
    documents.push_back({root, static_cast<uint32_t>(documents.size())});
  }
  return documents.size() > before;
}

void CommonJsonReader::SkipSpace() {
  for (; *at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r'; ++at_) {
    if (*at_ != '\n') continue;
    ++line_;
    line_start_ = at_ + 1;
  }
}

Node* CommonJsonReader::NewNode(NodeKind kind) {
  Node* node = nodes_.New();
  node->kind = kind;
  node->position = {line_, static_cast<uint32_t>(at_ - line_start_) + 1};
  return node;
}

Node* CommonJsonReader::Value(size_t depth) {
  switch (*at_) {
    case '{':
      return Object(depth);
    case '[':
      return Array(depth);
    case '"':
      return String();
    case 't':
      return Word("true", NodeKind::kBool);
    case 'f':
      return Word("false", NodeKind::kBool);
    case 'n':
      return Word("null", NodeKind::kNull);
    default:
      return Number();
  }
}

Node* CommonJsonReader::Object(size_t depth) {
  if (depth >= limits_.depth) return nullptr;
  ChildList members{NewNode(NodeKind::kMapping)};
  ++at_;
  SkipSpace();
  for (bool first = true; *at_ != '}'; first = false) {
    if (!first) {
      if (*at_ != ',') return nullptr;
      ++at_;
      SkipSpace();
    }
    std::string_view key;
    if (*at_ != '"' || !TakeString(key)) return nullptr;
    SkipSpace();
    if (*at_ != ':') return nullptr;
    ++at_;
    SkipSpace();
    Node* value = Value(depth + 1);
    if (value == nullptr) return nullptr;
    value->key = key;
    members.Append(value);
    SkipSpace();
  }
  ++at_;
  return members.node;
}

Node* CommonJsonReader::Array(size_t depth) {
  if (depth >= limits_.depth) return nullptr;
  ChildList items{NewNode(NodeKind::kSequence)};
  ++at_;
  SkipSpace();
  for (bool first = true; *at_ != ']'; first = false) {
    if (!first) {
      if (*at_ != ',') return nullptr;
      ++at_;
      SkipSpace();
    }
    Node* value = Value(depth + 1);
    if (value == nullptr) return nullptr;
    items.Append(value);
    SkipSpace();
  }
  ++at_;
  return items.node;
}

Node* CommonJsonReader::String() {
  Node* node = NewNode(NodeKind::kString);
  node->style = ScalarStyle::kJson;
  if (!TakeString(node->text) || node->text.size() > limits_.scalar_bytes) return nullptr;
  return node;
}

Node* CommonJsonReader::Number() {
  const char* stop = NumberEnd(at_);
  if (stop == nullptr) return nullptr;
  Node* node = NewNode(NodeKind::kNumber);
  node->style = ScalarStyle::kJson;
  node->text = {at_, static_cast<size_t>(stop - at_)};
  at_ = stop;
  return node;
}

// What follows must end the value, which the caller sees.
Node* CommonJsonReader::Word(std::string_view word, NodeKind kind) {
  if (std::memcmp(at_, word.data(), word.size()) != 0) return nullptr;
  Node* node = NewNode(kind);
  node->style = ScalarStyle::kJson;
  if (kind != NodeKind::kNull) node->text = word;
  at_ += word.size();
  return node;
}

// Most strings hold no escape: they are a part of the text.
bool CommonJsonReader::TakeString(std::string_view& text) {
  const char* start = at_ + 1;
  const char* stop = StringEnd(start);
  if (*stop == '\\') return TakeEscapedString(start, text);
  if (*stop != '"') return false;
  text = {start, static_cast<size_t>(stop - start)};
  at_ = stop + 1;
  return true;
}

bool CommonJsonReader::TakeEscapedString(const char* start, std::string_view& text) {
  room_.clear();
  at_ = start;
  while (true) {
    const char* stop = StringEnd(at_);
    room_.append(at_, stop);
    at_ = stop + 1;
    if (*stop == '"') break;
    if (*stop != '\\' || !TakeEscape()) return false;
  }
  text = nodes_.Copy(room_);
  return true;
}

// After the backslash.
bool CommonJsonReader::TakeEscape() {
  constexpr std::string_view kFrom = "\"\\/bfnrt";
  constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  const char c = *at_++;
  if (c != 'u') {
    const size_t at = kFrom.find(c);
    if (at == std::string_view::npos) return false;
    room_ += kTo[at];
    return true;
  }
  uint32_t point = 0;
  if (!TakeHex(point)) return false;
  if (point >= 0xD800 && point < 0xDC00) {
    uint32_t low = 0;
    if (at_[0] != '\\' || at_[1] != 'u') return false;
    at_ += 2;
    if (!TakeHex(low) || low < 0xDC00 || low > 0xDFFF) return false;
    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
  } else if (point >= 0xDC00 && point <= 0xDFFF) {
    return false;
  }
  AppendUtf8(point, room_);
  return true;
}

bool CommonJsonReader::TakeHex(uint32_t& unit) {
  for (int i = 0; i < 4; ++i, ++at_) {
    const int digit = HexDigit(*at_);
    if (digit < 0) return false;
    unit = unit << 4 | static_cast<uint32_t>(digit);
  }
  return true;
}

}  // namespace keysteward::detection
