#include "detection/reader/json_reader.h"

#include <simdjson.h>

#include <algorithm>

namespace keysteward::detection {
namespace {

namespace ondemand = simdjson::ondemand;

// digits as in RFC 8259 §6; simdjson's own conversion would refuse numbers out of range.
bool IsJsonNumber(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at > start;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool zero = at < text.size() && text[at] == '0';
  const size_t start = at;
  if (!digits() || (zero && at - start > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits()) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == text.size();
}

// Walks one parsed text into a TreeBuilder.
class Walk {
 public:
  Walk(std::string_view text, const ReadLimits& limits, std::pmr::memory_resource& arena)
      : text_(text), builder_(limits, arena), next_break_(BreakAfter(0)) {}

  // T is ondemand::document or ondemand::value.
  template <typename T>
  Result<void> Visit(T& value);
  const Node* Finish() { return builder_.Finish(); }

  // The position of a byte; calls come in document order.
  Position At(const char* byte);
  Error Wrong(simdjson::error_code code) {
    return ErrorAt(ErrorCode::kInvalidArgument, last_, simdjson::error_message(code));
  }

 private:
  template <typename T>
  Result<void> VisitObject(T& value);
  template <typename T>
  Result<void> VisitArray(T& value);
  template <typename T>
  Result<void> VisitScalar(T& value, ondemand::json_type type, std::string_view token);

  size_t BreakAfter(size_t offset) const {
    return std::min(text_.find('\n', offset), text_.size());
  }

  std::string_view text_;
  TreeBuilder builder_;
  Position last_{1, 1};
  size_t line_start_ = 0;
  size_t next_break_;  // the first line break from line_start_ on; text_.size() for none
};

Position Walk::At(const char* byte) {
  const size_t offset = std::min<size_t>(byte - text_.data(), text_.size());
  while (next_break_ < offset) {
    line_start_ = next_break_ + 1;
    next_break_ = BreakAfter(line_start_);
    ++last_.line;
  }
  last_.column = static_cast<uint32_t>(offset - line_start_ + 1);
  return last_;
}

template <typename T>
Result<void> Walk::Visit(T& value) {
  ondemand::json_type type;
  if (const auto code = value.type().get(type)) return Wrong(code);
  std::string_view token;
  if (const auto code =
          simdjson::simdjson_result<std::string_view>(value.raw_json_token()).get(token)) {
    return Wrong(code);
  }
  const Position position = At(token.data());
  if (type == ondemand::json_type::object) {
    KS_RETURN_IF_ERROR(builder_.Begin(NodeKind::kMapping, position, ""));
    return VisitObject(value);
  }
  if (type == ondemand::json_type::array) {
    KS_RETURN_IF_ERROR(builder_.Begin(NodeKind::kSequence, position, ""));
    return VisitArray(value);
  }
  return VisitScalar(value, type, token);
}

template <typename T>
Result<void> Walk::VisitObject(T& value) {
  ondemand::object object;
  if (const auto code = value.get_object().get(object)) return Wrong(code);
  for (auto member : object) {
    ondemand::field field;
    if (const auto code = std::move(member).get(field)) return Wrong(code);
    std::string_view name;
    if (const auto code = field.unescaped_key().get(name)) return Wrong(code);
    Node key;
    key.text = name;
    key.kind = NodeKind::kString;
    key.style = ScalarStyle::kJson;
    key.position = last_;
    KS_RETURN_IF_ERROR(builder_.Scalar(key, ""));
    KS_RETURN_IF_ERROR(Visit(field.value()));
  }
  return builder_.End();
}

template <typename T>
Result<void> Walk::VisitArray(T& value) {
  ondemand::array array;
  if (const auto code = value.get_array().get(array)) return Wrong(code);
  for (auto item : array) {
    ondemand::value element;
    if (const auto code = std::move(item).get(element)) return Wrong(code);
    KS_RETURN_IF_ERROR(Visit(element));
  }
  return builder_.End();
}

template <typename T>
Result<void> Walk::VisitScalar(T& value, ondemand::json_type type, std::string_view token) {
  Node node;
  node.position = last_;
  node.style = ScalarStyle::kJson;
  bool flag = false;
  if (type == ondemand::json_type::string) {
    node.kind = NodeKind::kString;
    if (const auto code = value.get_string().get(node.text)) return Wrong(code);
  } else if (type == ondemand::json_type::number) {
    node.kind = NodeKind::kNumber;
    const size_t end = token.find_first_of(" \t\r\n,]}");
    node.text = token.substr(0, end);
    if (!IsJsonNumber(node.text)) return Wrong(simdjson::NUMBER_ERROR);
    // The value must be consumed for the parser to move on; its range does not matter.
    double ignored;
    if (value.get_double().get(ignored) != simdjson::SUCCESS) {
      return ErrorAt(ErrorCode::kInvalidArgument, last_, "number out of the range of a float");
    }
  } else if (type == ondemand::json_type::boolean) {
    node.kind = NodeKind::kBool;
    if (const auto code = value.get_bool().get(flag)) return Wrong(code);
    node.text = flag ? "true" : "false";
  } else {
    bool null = false;
    if (const auto code = simdjson::simdjson_result<bool>(value.is_null()).get(null)) {
      return Wrong(code);
    }
    if (!null) return Wrong(simdjson::N_ATOM_ERROR);
  }
  return builder_.Scalar(node, "");
}

}  // namespace

struct JsonReader::Parser {
  ondemand::parser parser;
  std::string buffer;
};

JsonReader::JsonReader(const ReadLimits& limits)
    : limits_(limits), parser_(std::make_unique<Parser>()) {}
JsonReader::~JsonReader() = default;

Result<void> JsonReader::Read(std::string_view text, std::pmr::memory_resource& arena,
                              std::vector<Document>& documents) {
  // A large text must not keep its memory for ever.
  constexpr size_t kKeptBytes = 256u << 10;
  if (parser_->buffer.capacity() > kKeptBytes && text.size() < kKeptBytes) {
    parser_ = std::make_unique<Parser>();
  }
  std::string& buffer = parser_->buffer;
  buffer.assign(text);
  buffer.append(simdjson::SIMDJSON_PADDING, ' ');
  const std::string_view whole(buffer.data(), text.size());
  size_t start = 0;
  Walk walk(whole, limits_, arena);
  do {
    ondemand::document document;
    const simdjson::padded_string_view rest(buffer.data() + start, text.size() - start,
                                            buffer.size() - start);
    walk.At(buffer.data() + start);
    if (const auto code = parser_->parser.iterate(rest).get(document)) return walk.Wrong(code);
    KS_RETURN_IF_ERROR(walk.Visit(document));
    const Node* root = walk.Finish();
    if (documents.size() >= limits_.documents) {
      return Error::TooLarge("more than " + std::to_string(limits_.documents) + " documents");
    }
    documents.push_back({root, static_cast<uint32_t>(documents.size())});
    const char* location = nullptr;
    if (document.current_location().get(location) != simdjson::SUCCESS) break;  // at the end
    start = location - buffer.data();
    if (whole.find_first_of("{[", start) != whole.find_first_not_of(" \t\r\n", start)) {
      walk.At(location);
      return walk.Wrong(simdjson::TRAILING_CONTENT);
    }
  } while (start < text.size());
  return {};
}

}  // namespace keysteward::detection
