// Flow collections of the common YAML reader: [a, b], {a: b}, JSON inside YAML.
#include <cstring>

#include "common/char_class.h"
#include "detection/reader/common_yaml_reader.h"

namespace keysteward::detection {
namespace {

constexpr CharClass kNoFlowPlainStart("?:,[]{}#&*!|>'\"%@`-");
constexpr CharClass kEndsFlowPlain(",[]{}\n\t:#?");
constexpr CharClass kFlowIndicators(",?[]{}");

}  // namespace

// Blanks, line breaks and comments.
bool CommonYamlReader::SkipFlowSpace() {
  while (true) {
    const char* before = at_;
    SkipSpaces();
    if (*at_ == '#') {
      if (at_ == before && at_ != line_start_) return false;
      at_ = static_cast<const char*>(std::memchr(at_, '\n', end_ - at_ + 1));
    }
    if (*at_ != '\n') return *at_ != '\t';
    if (at_ >= end_) return false;
    EndLine();
    if (AtMarker()) return false;
  }
}

Node* CommonYamlReader::Flow(size_t depth) {
  if (depth >= limits_.depth) return nullptr;
  const bool mapping = *at_ == '{';
  Node* node = NewCollection(mapping ? NodeKind::kMapping : NodeKind::kSequence, PositionOf(at_));
  ++at_;
  return mapping ? FlowMapping(node, depth) : FlowSequence(node, depth);
}

Node* CommonYamlReader::FlowSequence(Node* node, size_t depth) {
  ChildList items{node};
  while (true) {
    if (!SkipFlowSpace()) return nullptr;
    if (*at_ == ']') break;
    Node* item = FlowValue(depth + 1);
    if (item == nullptr || !SkipFlowSpace()) return nullptr;
    items.Append(item);
    if (*at_ == ']') break;
    if (*at_ != ',') return nullptr;
    ++at_;
  }
  ++at_;
  return node;
}

Node* CommonYamlReader::FlowMapping(Node* node, size_t depth) {
  ChildList members{node};
  while (true) {
    if (!SkipFlowSpace()) return nullptr;
    if (*at_ == '}') break;
    std::string_view key;
    if (!FlowKey(key) || !SkipFlowSpace()) return nullptr;
    Node* value = FlowValue(depth + 1);
    if (value == nullptr || !SkipFlowSpace()) return nullptr;
    value->key = key;
    members.Append(value);
    if (*at_ == '}') break;
    if (*at_ != ',') return nullptr;
    ++at_;
  }
  ++at_;
  return node;
}

// A name and its colon, on one line.
bool CommonYamlReader::FlowKey(std::string_view& key) {
  const uint32_t line = line_;
  const char* start = at_;
  if (*at_ == '"' || *at_ == '\'') {
    if (!TakeQuoted(key) || line_ != line) return false;
    SkipSpaces();
    if (*at_ != ':') return false;
  } else {
    if (kNoFlowPlainStart.Has(*at_) || !FlowPlain(key) || *at_ != ':') return false;
    if (!IsBlankOrEnd(at_ + 1) || !ResolveName(key)) return false;
  }
  ++at_;
  return at_ - start <= kLongestKey;
}

Node* CommonYamlReader::FlowValue(size_t depth) {
  if (*at_ == '[' || *at_ == '{') return Flow(depth);
  if (*at_ == '"' || *at_ == '\'') return QuotedValue();
  if (kNoFlowPlainStart.Has(*at_) && *at_ != '-') return nullptr;
  if (*at_ == '-' && (IsBlankOrEnd(at_ + 1) || kFlowIndicators.Has(at_[1]))) return nullptr;
  const Position position = PositionOf(at_);
  std::string_view text;
  if (!FlowPlain(text) || *at_ == ':') return nullptr;
  // A plain scalar may go on behind a line break; that is not common.
  if (*at_ == '\n' && (!SkipFlowSpace() || (*at_ != ',' && *at_ != ']' && *at_ != '}'))) {
    return nullptr;
  }
  return NewScalar(text, ScalarStyle::kPlain, position);
}

// Up to what ends it on this line.
bool CommonYamlReader::FlowPlain(std::string_view& text) {
  const char* start = at_;
  for (; true; ++at_) {
    while (!kEndsFlowPlain.Has(*at_)) ++at_;
    if (*at_ == '\t' || *at_ == '?') return false;
    if (*at_ == '#') {
      if (at_[-1] == ' ') return false;
      continue;
    }
    if (*at_ != ':' || IsBlankOrEnd(at_ + 1)) break;
    if (kFlowIndicators.Has(at_[1])) return false;
  }
  const char* stop = at_;
  while (stop > start && stop[-1] == ' ') --stop;
  text = {start, static_cast<size_t>(stop - start)};
  return true;
}

}  // namespace keysteward::detection
