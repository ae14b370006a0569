#include "kube/patch/merge_patch.h"

namespace keysteward::kube {

using nlohmann::json;

json MergePatch(const json& before, const json& after) {
  json patch = json::object();
  for (const auto& [name, value] : before.items()) {
    if (!after.contains(name)) patch[name] = nullptr;
  }
  for (const auto& [name, value] : after.items()) {
    const auto old = before.find(name);
    if (old == before.end()) {
      patch[name] = value;
    } else if (old->is_object() && value.is_object()) {
      json inner = MergePatch(*old, value);
      if (!inner.empty()) patch[name] = std::move(inner);
    } else if (*old != value) {
      patch[name] = value;
    }
  }
  return patch;
}

std::optional<json> StatusPatch(const json& before, const json& after,
                                const std::string& resource_version) {
  const json old_status = before.is_object() ? before : json::object();
  json change = MergePatch(old_status, after.is_object() ? after : json::object());
  if (change.empty()) return std::nullopt;
  json patch = {{"status", std::move(change)}};
  if (!resource_version.empty()) patch["metadata"]["resourceVersion"] = resource_version;
  return patch;
}

}  // namespace keysteward::kube
