// PartialObjectMetadata (meta.k8s.io/v1): any object without its content. Foreign Secrets are
// watched in this form only, so their values never enter the process.
//
//   // list with ListOptions.metadata_only, then
//   KS_ASSIGN_OR_RETURN(const auto secret, Decode<core::PartialObjectMetadata>(item));
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <type_traits>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "common/result.h"

namespace keysteward::api {
namespace core {

// The real kind is that of the resource asked for; the server does not repeat it here.
struct PartialObjectMetadata {
  ObjectMeta metadata;
};

Result<PartialObjectMetadata> FromJson(const nlohmann::json& object,
                                       std::type_identity<PartialObjectMetadata> kind);

}  // namespace core

// For the name in errors only: lists and watches use the Resource of the real kind.
template <>
struct KindOf<core::PartialObjectMetadata> {
  static constexpr Resource resource{"meta.k8s.io", "v1", "", "PartialObjectMetadata"};
};

}  // namespace keysteward::api
