// Resource: what identifies a kind to the API server; KindOf<T> ties it to our type.
//
//   kube::Get<core::Secret>(client, key)  uses  KindOf<core::Secret>::resource
#pragma once

#include <string>
#include <string_view>

namespace keysteward::api {

struct Resource {
  std::string_view group;    // "" for the core group
  std::string_view version;  // "v1"
  std::string_view plural;   // "secrets"
  std::string_view kind;     // "Secret"
  bool namespaced = true;

  // "v1" or "apps/v1"
  std::string api_version() const {
    return group.empty() ? std::string(version) : std::string(group) + "/" + std::string(version);
  }
};

// Specialised beside each type:
//   template <> struct KindOf<Secret> { static constexpr Resource resource{"", "v1", "secrets",
//   "Secret"}; };
// and each type T has `ObjectMeta metadata`, and the free functions
//   Result<T> FromJson(const nlohmann::json&, std::type_identity<T>)   through  Decode<T>(json)
//   nlohmann::json ToJson(const T&)    (kinds that we write)
template <typename T>
struct KindOf;

}  // namespace keysteward::api
