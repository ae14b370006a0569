// ServiceAccount (core/v1): the Secrets its pods use without naming them.
//
//   for (const std::string& secret : account.image_pull_secrets) …
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "common/result.h"

namespace keysteward::api {
namespace core {

struct ServiceAccount {
  ObjectMeta metadata;
  std::vector<std::string> image_pull_secrets;
  std::vector<std::string> secrets;  // long-lived token Secrets of old clusters
};

Result<ServiceAccount> FromJson(const nlohmann::json& object,
                                std::type_identity<ServiceAccount> kind);

}  // namespace core

template <>
struct KindOf<core::ServiceAccount> {
  static constexpr Resource resource{"", "v1", "serviceaccounts", "ServiceAccount"};
};

}  // namespace keysteward::api
