#include "detection/reader/yaml_reader.h"

#include <yaml.h>

#include <cmath>

#include "common/base64.h"
#include "detection/reader/scalar_rules.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kNoName =
    "null, or a number this large, cannot be the name of a member; quote it to mean the text";

bool IsFinite(std::string_view number) {
  const std::optional<ScalarNumber> value = NumberOf(number);
  const double* real = value ? std::get_if<double>(&*value) : nullptr;
  return real == nullptr || std::isfinite(*real);
}

constexpr std::string_view kCoreTags = "tag:yaml.org,2002:";
constexpr std::string_view kBinaryTag = "tag:yaml.org,2002:binary";

// !Ref: of a program, not of YAML. A mark alone says that it is no plain scalar.
bool IsOwnTag(std::string_view tag) { return tag.size() > 1 && tag[0] == '!'; }

// Whether a tag of YAML's core admits a value of this kind.
bool Admits(std::string_view tag, NodeKind kind, std::string_view text) {
  const std::string_view name = tag.substr(kCoreTags.size());
  if (name == "null") return kind == NodeKind::kNull;
  if (name == "bool") return kind == NodeKind::kBool;
  if (name == "float") return kind == NodeKind::kNumber;
  if (name == "int") {
    return kind == NodeKind::kNumber && !std::holds_alternative<double>(*NumberOf(text));
  }
  return name != "timestamp" || kind == NodeKind::kString;
}

// The type of a scalar that is no plain string.
Result<void> Resolve(std::string_view tag, Node& node) {
  node.kind = ResolvePlain(node.text);
  if (!tag.empty() && !Admits(tag, node.kind, node.text)) {
    return ErrorAt(ErrorCode::kInvalidArgument, node.position,
                   "the value is not what its tag says");
  }
  if (node.kind != NodeKind::kNumber || IsFinite(node.text)) return {};
  return ErrorAt(ErrorCode::kInvalidArgument, node.position,
                 "infinity and NaN are no values of an object; quote it to mean the text");
}

Position At(const yaml_mark_t& mark) {
  return {static_cast<uint32_t>(mark.line + 1), static_cast<uint32_t>(mark.column + 1)};
}

std::string_view View(const yaml_char_t* text, size_t length) {
  return {reinterpret_cast<const char*>(text), length};
}

std::string_view View(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

ScalarStyle StyleOf(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
      return ScalarStyle::kSingleQuoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return ScalarStyle::kDoubleQuoted;
    case YAML_LITERAL_SCALAR_STYLE:
      return ScalarStyle::kLiteral;
    case YAML_FOLDED_SCALAR_STYLE:
      return ScalarStyle::kFolded;
    default:
      return ScalarStyle::kPlain;
  }
}

// Owns one libyaml event.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event); }
  yaml_event_t event{};
};

class Stream {
 public:
  Stream(std::string_view text, const ReadLimits& limits, std::pmr::memory_resource& arena)
      : text_(text), limits_(limits), builder_(limits, arena), arena_(arena) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { yaml_parser_delete(&parser_); }

  Result<void> Read(std::vector<Document>& documents);

 private:
  Result<void> Handle(const yaml_event_t& event, std::vector<Document>& documents);
  Result<void> HandleScalar(const yaml_event_t& event);
  Result<void> FinishDocument(Position position, std::vector<Document>& documents);
  Error ParserError() const;
  uint16_t IndentOf(const Node& block);

  std::string_view text_;
  const ReadLimits& limits_;
  TreeBuilder builder_;
  std::pmr::memory_resource& arena_;
  yaml_parser_t parser_{};
  uint32_t line_ = 1;  // of text_, and where it begins: behind all indents that were asked for
  size_t line_start_ = 0;
};

// libyaml's texts are constants and never hold input.
Error Stream::ParserError() const {
  Position position = At(parser_.problem_mark);
  if (parser_.error == YAML_READER_ERROR) {
    const size_t offset = std::min(parser_.problem_offset, text_.size());
    const std::string_view before = text_.substr(0, offset);
    const size_t line_start = before.rfind('\n') + 1;  // npos + 1 == 0
    position.line = 1;
    for (const char c : before) position.line += c == '\n';
    position.column = static_cast<uint32_t>(offset - line_start + 1);
  }
  return ErrorAt(ErrorCode::kInvalidArgument, position,
                 parser_.problem == nullptr ? "not YAML" : parser_.problem);
}

Result<void> Stream::Read(std::vector<Document>& documents) {
  for (bool more = true; more;) {
    Event holder;
    if (yaml_parser_parse(&parser_, &holder.event) == 0) return ParserError();
    KS_RETURN_IF_ERROR(Handle(holder.event, documents));
    more = holder.event.type != YAML_STREAM_END_EVENT && holder.event.type != YAML_NO_EVENT;
  }
  return {};
}

Result<void> Stream::Handle(const yaml_event_t& event, std::vector<Document>& documents) {
  const Position position = At(event.start_mark);
  switch (event.type) {
    case YAML_MAPPING_START_EVENT:
      return builder_.Begin(NodeKind::kMapping, position, View(event.data.mapping_start.anchor),
                            IsOwnTag(View(event.data.mapping_start.tag)));
    case YAML_SEQUENCE_START_EVENT:
      return builder_.Begin(NodeKind::kSequence, position, View(event.data.sequence_start.anchor),
                            IsOwnTag(View(event.data.sequence_start.tag)));
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
      return builder_.End();
    case YAML_SCALAR_EVENT:
      return HandleScalar(event);
    case YAML_ALIAS_EVENT:
      return builder_.Alias(View(event.data.alias.anchor), position);
    case YAML_DOCUMENT_END_EVENT:
      return FinishDocument(position, documents);
    default:
      return {};
  }
}

// The blanks before the first line that holds more than blanks, less those that are its text.
uint16_t Stream::IndentOf(const Node& block) {
  const size_t content = block.text.find_first_not_of(" \n");
  if (content == std::string_view::npos) return 0;
  const size_t own = content - (block.text.substr(0, content).rfind('\n') + 1);  // npos + 1 == 0
  size_t blanks = 0;
  for (; line_start_ < text_.size(); ++line_) {
    const size_t first = std::min(text_.find_first_not_of(' ', line_start_), text_.size());
    blanks = first - line_start_;
    const bool empty = first == text_.size() || text_[first] == '\n' || text_[first] == '\r';
    if (line_ > block.position.line && !empty) break;
    line_start_ = std::min(text_.find('\n', first), text_.size() - 1) + 1;
  }
  return static_cast<uint16_t>(std::min<size_t>(blanks - std::min(blanks, own), UINT16_MAX));
}

Result<void> Stream::HandleScalar(const yaml_event_t& event) {
  const auto& scalar = event.data.scalar;
  const std::string_view tag = View(scalar.tag);
  Node node;
  node.position = At(event.start_mark);
  node.style = StyleOf(scalar.style);
  node.text = View(scalar.value, scalar.length);
  node.kind = NodeKind::kString;
  node.tagged = IsOwnTag(tag);
  if (node.style == ScalarStyle::kLiteral || node.style == ScalarStyle::kFolded) {
    node.indent = IndentOf(node);
  }
  const bool plain = node.style == ScalarStyle::kPlain;
  std::optional<std::string> key;
  const bool is_core = tag.starts_with(kCoreTags) && tag != YAML_STR_TAG && tag != kBinaryTag;
  if (is_core || (plain && tag.empty())) {
    if (builder_.ExpectsKey()) {
      key = plain && node.text == "<<" ? std::string(node.text) : ResolveKey(node.text);
      if (!key) return ErrorAt(ErrorCode::kInvalidArgument, node.position, kNoName);
      node.text = *key;
    } else {
      KS_RETURN_IF_ERROR(Resolve(tag, node));
    }
  }
  // A name with a tag is no merge key.
  if (plain && !tag.empty() && node.text == "<<") node.style = ScalarStyle::kSingleQuoted;
  const std::string_view anchor = View(scalar.anchor);
  if (tag != kBinaryTag) return builder_.Scalar(node, anchor);
  std::string packed;
  for (const char c : node.text) {
    if (c != '\n' && c != ' ') packed += c;
  }
  Result<std::string> bytes = Base64Decode(packed);
  if (!bytes) return ErrorAt(ErrorCode::kInvalidArgument, node.position, "!!binary is not base64");
  node.text = *bytes;
  node.kind = NodeKind::kString;
  return builder_.Scalar(node, anchor);
}

Result<void> Stream::FinishDocument(Position position, std::vector<Document>& documents) {
  const Node* root = builder_.Finish();
  if (root == nullptr) root = new (arena_.allocate(sizeof(Node), alignof(Node))) Node;
  if (documents.size() >= limits_.documents) {
    return ErrorAt(ErrorCode::kTooLarge, position,
                   "more than " + std::to_string(limits_.documents) + " documents");
  }
  documents.push_back({root, static_cast<uint32_t>(documents.size())});
  return {};
}

}  // namespace

Result<void> ReadYaml(std::string_view text, const ReadLimits& limits,
                      std::pmr::memory_resource& arena, std::vector<Document>& documents) {
  return Stream(text, limits, arena).Read(documents);
}

}  // namespace keysteward::detection
