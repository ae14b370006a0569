#include "detection/reader/to_json.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "detection/reader/scalar_rules.h"

namespace keysteward::detection {
namespace {

nlohmann::json NumberFrom(std::string_view text) {
  int64_t integer = 0;
  const char* end = text.data() + text.size();
  if (std::from_chars(text.data(), end, integer).ptr == end) return integer;
  double real = 0;
  if (std::from_chars(text.data(), end, real).ptr == end) return real;
  return std::string(text);
}

}  // namespace

nlohmann::json ToJson(const Node& node) {
  switch (node.kind) {
    case NodeKind::kNull:
      return nullptr;
    case NodeKind::kBool:
      return ResolveKey(node.text) == "true";
    case NodeKind::kNumber:
      return NumberFrom(node.text);
    case NodeKind::kString:
      return std::string(node.text);
    case NodeKind::kSequence: {
      nlohmann::json list = nlohmann::json::array();
      for (const Node& item : node.children()) list.push_back(ToJson(item));
      return list;
    }
    case NodeKind::kMapping:
      break;
  }
  nlohmann::json object = nlohmann::json::object();
  for (const Node& member : node.children()) object[std::string(member.key)] = ToJson(member);
  return object;
}

}  // namespace keysteward::detection
