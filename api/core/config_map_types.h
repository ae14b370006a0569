// ConfigMap (core/v1): text entries; binaryData is not read.
//
//   const auto found = config_map.data.find("installation-id");
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <type_traits>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "common/result.h"

namespace keysteward::api {
namespace core {

struct ConfigMap {
  ObjectMeta metadata;
  bool immutable = false;
  std::map<std::string, std::string> data;
};

Result<ConfigMap> FromJson(const nlohmann::json& object, std::type_identity<ConfigMap> kind);

}  // namespace core

template <>
struct KindOf<core::ConfigMap> {
  static constexpr Resource resource{"", "v1", "configmaps", "ConfigMap"};
};

}  // namespace keysteward::api
