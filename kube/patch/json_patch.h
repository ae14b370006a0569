// JsonPatch: a list of operations (RFC 6902) built step by step, with paths that cannot be
// misread.
//
// The API server applies all or nothing; a failed test and a missing path are kConflict.
//
//   JsonPatch patch;
//   patch.Test({"metadata", "uid"}, uid)
//       .Add({"metadata", "annotations", "keysteward.dev/owner"}, "payments");
//   client.Patch(kSecrets, key, PatchType::kJson, patch.operations(), {}, call);
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace keysteward::kube {

// Steps of a path: map keys, or list places as text ("0"; "-" is the end). Unescaped.
using JsonPath = std::vector<std::string>;

// RFC 6901: {"a/b", "c~d"} is "/a~1b/c~0d"; no steps is "", the whole document.
std::string JsonPointer(const JsonPath& path);

class JsonPatch {
 public:
  JsonPatch& Test(const JsonPath& path, nlohmann::json value);
  // Into a map: sets. Into a list: inserts before the place.
  JsonPatch& Add(const JsonPath& path, nlohmann::json value);
  JsonPatch& Replace(const JsonPath& path, nlohmann::json value);
  JsonPatch& Remove(const JsonPath& path);

  bool empty() const { return operations_.empty(); }
  // A JSON array.
  const nlohmann::json& operations() const { return operations_; }

 private:
  nlohmann::json operations_ = nlohmann::json::array();
};

}  // namespace keysteward::kube
