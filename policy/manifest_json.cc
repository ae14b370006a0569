#include "policy/manifest_json.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "detection/reader/scalar_rules.h"

namespace keysteward::policy {
namespace {

nlohmann::json NumberFrom(std::string_view text) {
  const char* end = text.data() + text.size();
  // A number out of range is read to its end as well, and leaves a zero behind.
  const auto fits = [&](auto& number) {
    const auto [read, code] = std::from_chars(text.data(), end, number);
    return read == end && code == std::errc();
  };
  int64_t integer = 0;
  if (fits(integer)) return integer;
  double real = 0;
  if (fits(real)) return real;
  return std::string(text);
}

}  // namespace

nlohmann::json ManifestJson(const detection::Node& node) {
  switch (node.kind) {
    case detection::NodeKind::kNull:
      return nullptr;
    case detection::NodeKind::kBool:
      return detection::ResolveKey(node.text) == "true";
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
