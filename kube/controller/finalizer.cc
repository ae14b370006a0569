#include "kube/controller/finalizer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace keysteward::kube {
namespace {

using nlohmann::json;

json TestOp(const std::string& path, const json& value) {
  return {{"op", "test"}, {"path", path}, {"value", value}};
}

Result<void> Send(Client& client, const Resource& resource, const api::ObjectMeta& meta,
                  const json& patch, const Call& call) {
  KS_RETURN_IF_ERROR(
      client.Patch(resource, meta.key(), PatchType::kJson, patch, PatchOptions{}, call));
  return {};
}

}  // namespace

FinalizerStep NextFinalizerStep(const api::ObjectMeta& meta, std::string_view finalizer) {
  const bool ours = meta.HasFinalizer(finalizer);
  if (meta.deleting()) return ours ? FinalizerStep::kCleanUp : FinalizerStep::kNothing;
  return ours ? FinalizerStep::kReconcile : FinalizerStep::kAdd;
}

json AddFinalizerPatch(const api::ObjectMeta& meta, std::string_view finalizer) {
  json patch = json::array({TestOp("/metadata/uid", meta.uid)});
  if (meta.finalizers.empty()) {
    // An absent list cannot be tested portably; the version stands in for it, so that a finalizer
    // added meanwhile by another is not overwritten.
    patch.push_back(TestOp("/metadata/resourceVersion", meta.resource_version));
    patch.push_back({{"op", "add"}, {"path", "/metadata/finalizers"}, {"value", {finalizer}}});
  } else {
    patch.push_back(TestOp("/metadata/finalizers", meta.finalizers));
    patch.push_back({{"op", "add"}, {"path", "/metadata/finalizers/-"}, {"value", finalizer}});
  }
  return patch;
}

json RemoveFinalizerPatch(const api::ObjectMeta& meta, std::string_view finalizer) {
  const auto found = std::find(meta.finalizers.begin(), meta.finalizers.end(), finalizer);
  const std::string path =
      "/metadata/finalizers/" + std::to_string(found - meta.finalizers.begin());
  return json::array({TestOp("/metadata/uid", meta.uid),
                      TestOp(path, finalizer),
                      {{"op", "remove"}, {"path", path}}});
}

Result<void> AddFinalizer(Client& client, const Resource& resource, const api::ObjectMeta& meta,
                          std::string_view finalizer, const Call& call) {
  Result<void> added = Send(client, resource, meta, AddFinalizerPatch(meta, finalizer), call);
  if (!added) return std::move(added).error().WithContext("add finalizer");
  return {};
}

Result<void> RemoveFinalizer(Client& client, const Resource& resource, const api::ObjectMeta& meta,
                             std::string_view finalizer, const Call& call) {
  if (!meta.HasFinalizer(finalizer)) return {};
  Result<void> removed = Send(client, resource, meta, RemoveFinalizerPatch(meta, finalizer), call);
  if (removed || removed.error().code == ErrorCode::kNotFound) return {};
  return std::move(removed).error().WithContext("remove finalizer");
}

}  // namespace keysteward::kube
