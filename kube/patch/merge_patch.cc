#include "kube/patch/merge_patch.h"

#include <nlohmann/json.hpp>

namespace keysteward::kube {

using nlohmann::json;

json MergeDiff(const json& before, const json& after) {
  json patch = json::object();
  for (const auto& [name, value] : before.items()) {
    if (!after.contains(name)) patch[name] = nullptr;
  }
  for (const auto& [name, value] : after.items()) {
    const auto old = before.find(name);
    if (value.is_null() || (old != before.end() && *old == value)) continue;
    if (old != before.end() && old->is_object() && value.is_object()) {
      patch[name] = MergeDiff(*old, value);
    } else {
      patch[name] = value;
    }
  }
  return patch;
}

}  // namespace keysteward::kube
