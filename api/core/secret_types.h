// Secret (core/v1). Values stay in the base64 of the wire until one is asked for, and leave only as
// SecretBytes.
//
//   KS_ASSIGN_OR_RETURN(const core::Secret secret, Decode<core::Secret>(object));
//   KS_ASSIGN_OR_RETURN(const SecretBytes token, secret.Value("token"));
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <type_traits>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "common/result.h"
#include "common/secret_bytes.h"

namespace keysteward::api {
namespace core {

struct Secret {
  ObjectMeta metadata;
  std::string type = "Opaque";
  bool immutable = false;
  std::map<std::string, std::string> data;  // entry name → base64; holds key values: never print

  // The decoded entry. kNotFound when there is none of that name, kInvalidArgument when it is not
  // base64; the message names the entry and never quotes it.
  Result<SecretBytes> Value(const std::string& name) const;
};

Result<Secret> FromJson(const nlohmann::json& object, std::type_identity<Secret> kind);

}  // namespace core

template <>
struct KindOf<core::Secret> {
  static constexpr Resource resource{"", "v1", "secrets", "Secret"};
};

}  // namespace keysteward::api
