// Decode: JSON of one object to its type, with the object named in the error.
//
//   KS_ASSIGN_OR_RETURN(core::Secret secret, Decode<core::Secret>(json));
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <type_traits>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"

namespace keysteward::api {

// Found by the type tag; each kind's <kind>_json.cc defines
//   Result<T> FromJson(const nlohmann::json& object, std::type_identity<T>);
template <typename T>
Result<T> Decode(const nlohmann::json& object) {
  Result<T> decoded = FromJson(object, std::type_identity<T>{});
  if (decoded) return decoded;
  return std::move(decoded).error().WithContext(std::string(KindOf<T>::resource.kind));
}

}  // namespace keysteward::api
