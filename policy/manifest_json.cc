#include "policy/manifest_json.h"

#include <nlohmann/json.hpp>
#include <variant>

#include "detection/reader/scalar_rules.h"

namespace keysteward::policy {
namespace {

nlohmann::json NumberFrom(std::string_view text) {
  const std::optional<detection::ScalarNumber> number = detection::NumberOf(text);
  if (!number) return std::string(text);
  return std::visit([](auto value) { return nlohmann::json(value); }, *number);
}

}  // namespace

nlohmann::json ManifestJson(const detection::Node& node) {
  switch (node.kind) {
    case detection::NodeKind::kNull:
      return nullptr;
    case detection::NodeKind::kBool:
      return detection::IsTrue(node.text);
    case detection::NodeKind::kNumber:
      return NumberFrom(node.text);
    case detection::NodeKind::kString:
      return std::string(node.text);
    case detection::NodeKind::kSequence: {
      nlohmann::json list = nlohmann::json::array();
      for (const detection::Node& item : node.children()) list.push_back(ManifestJson(item));
      return list;
    }
    case detection::NodeKind::kMapping:
      break;
  }
  nlohmann::json object = nlohmann::json::object();
  for (const detection::Node& member : node.children())
    object[std::string(member.key)] = ManifestJson(member);
  return object;
}

}  // namespace keysteward::policy
