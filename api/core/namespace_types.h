// Namespace (core/v1): labels for selectors, and whether it is being deleted.
//
//   if (ns.terminating()) …   // nothing new can be created in it
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <type_traits>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "common/result.h"

namespace keysteward::api {
namespace core {

struct Namespace {
  ObjectMeta metadata;
  std::string phase;  // status.phase: Active or Terminating

  bool terminating() const { return phase == "Terminating" || metadata.deleting(); }
};

Result<Namespace> FromJson(const nlohmann::json& object, std::type_identity<Namespace> kind);

}  // namespace core

template <>
struct KindOf<core::Namespace> {
  static constexpr Resource resource{"", "v1", "namespaces", "Namespace", false};
};

}  // namespace keysteward::api
