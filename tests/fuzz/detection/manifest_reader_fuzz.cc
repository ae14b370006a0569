// Any bytes give documents or an error with a position; positions, counts and weights hold, and a
// JSON text gives what another parser reads.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "detection/reader/comments.h"
#include "detection/reader/manifest_reader.h"
#include "detection/reader/template_actions.h"
#include "tests/fuzz/require.h"

namespace keysteward::detection {
namespace {

using nlohmann::json;

const ReadLimits kLimits{.bytes = 1u << 20, .nodes = 20'000};

uint32_t CheckNode(const Node& node, Position last) {
  uint32_t weight = 1;
  uint32_t count = 0;
  Require(node.position.line >= 1 && node.position.column >= 1);
  Require(node.position.line <= last.line);
  Require(node.is_scalar() || node.text.empty());
  for (const Node& child : node.children()) {
    Require(node.is_mapping() || child.key.empty());
    weight += CheckNode(child, last);
    ++count;
  }
  Require(weight == node.weight && count == node.count);
  return weight;
}

bool Agrees(const Node& node, const json& value);

// Of a name that stands twice the last one counts.
bool MembersAgree(const Node& node, const json& object) {
  std::map<std::string_view, const Node*> members;
  for (const Node& member : node.children()) members[member.key] = &member;
  if (members.size() != object.size()) return false;
  for (const auto& [name, value] : object.items()) {
    const auto found = members.find(name);
    if (found == members.end() || !Agrees(*found->second, value)) return false;
  }
  return true;
}

bool ItemsAgree(const Node& node, const json& list) {
  if (node.count != list.size()) return false;
  size_t index = 0;
  for (const Node& item : node.children()) {
    if (!Agrees(item, list[index++])) return false;
  }
  return true;
}

bool Agrees(const Node& node, const json& value) {
  switch (node.kind) {
    case NodeKind::kNull:
      return value.is_null();
    case NodeKind::kBool:
      return value == (node.text == "true");
    case NodeKind::kString:
      return value.is_string() && value.get_ref<const std::string&>() == node.text;
    case NodeKind::kNumber: {
      double number = 0;
      std::from_chars(node.text.data(), node.text.data() + node.text.size(), number);
      return value.is_number() && value.get<double>() == number;
    }
    case NodeKind::kMapping:
      return value.is_object() && MembersAgree(node, value);
    case NodeKind::kSequence:
      return value.is_array() && ItemsAgree(node, value);
  }
  return false;
}

// Each is a part of its line, behind a '#', and they come in the order of the text.
void CheckComments(std::string_view text) {
  const char* last = text.data();
  uint32_t line = 1;
  for (const Comment& comment : FindComments(text)) {
    const char* begin = comment.text.data();
    Require(begin > last && begin[-1] == '#');
    line += static_cast<uint32_t>(std::count(last, begin, '\n'));
    const size_t line_start = text.substr(0, begin - text.data()).rfind('\n') + 1;  // npos + 1 == 0
    Require(comment.position.line == line &&
            comment.position.column == begin - text.data() - line_start + 1);
    last = begin + comment.text.size();
    Require(last == text.data() + text.size() || *last == '\n');
  }
}

// 1e-9223372036854775808: simdjson refuses an exponent that no word holds, others read a zero.
bool HasEndlessExponent(std::string_view text) {
  constexpr size_t kDigits = 18;
  for (size_t at = text.find_first_of("eE"); at != std::string_view::npos;
       at = text.find_first_of("eE", at + 1)) {
    const size_t digits = text.find_first_not_of("+-", at + 1);
    if (digits == std::string_view::npos) return false;
    const size_t end = std::min(text.find_first_not_of("0123456789", digits), text.size());
    if (end - digits > kDigits) return true;
  }
  return false;
}

// Only of a text that begins as the reader expects JSON to begin.
void CheckJson(std::string_view text, ManifestReader& reader) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return;
  const auto file = reader.ReadJson(text);
  if (file && file->documents.size() > 1) return Require(!json::accept(text));
  if (!file && file.error().code == ErrorCode::kTooLarge) return;
  if (!file && HasEndlessExponent(text)) return;
  // To the other one a NUL ends the text.
  if (text.find('\0') != std::string_view::npos) return Require(!file);
  try {
    const json value = json::parse(text);
    Require(file && Agrees(*file->documents[0].root, value));
  } catch (const json::exception&) {
    Require(!file);
  }
}

// YAML counts other characters than \n as the end of a line too.
Position BehindAllOf(std::string_view text) { return {static_cast<uint32_t>(text.size() + 1), 0}; }

void CheckTemplate(std::string_view text, ManifestReader& reader) {
  const std::string masked = MaskActions(text);
  Require(masked.size() == text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || masked[i] == '\n') Require(text[i] == masked[i]);
  }
  Require(masked == text || HasTemplateActions(text) || text.find("{#") != text.npos);
  const std::string lines = LinesWithLiteralActions(text);
  Require(lines.size() <= text.size());
  const ManifestFile file = reader.ReadTemplate(text);
  for (const Document& document : file.documents) CheckNode(*document.root, BehindAllOf(text));
}

void Check(std::string_view text) {
  static ManifestReader reader(kLimits);
  CheckJson(text, reader);
  CheckComments(text);
  CheckTemplate(text, reader);
  const auto file = reader.Read(text);
  if (!file) return Require(!file.error().message.empty() && file.error().message.size() < 1024);
  Require(!file->is_template || file->documents.empty());
  uint32_t index = 0;
  for (const Document& document : file->documents) {
    Require(document.index == index++);
    Require(CheckNode(*document.root, BehindAllOf(text)) <= kLimits.nodes);
  }
}

}  // namespace
}  // namespace keysteward::detection

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  keysteward::detection::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
