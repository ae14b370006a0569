// Kinds used by the tests of this folder.
#pragma once

#include "api/meta/kind.h"

namespace keysteward::kube {

inline constexpr api::Resource kSecrets{"", "v1", "secrets", "Secret"};
inline constexpr api::Resource kPods{"", "v1", "pods", "Pod"};
inline constexpr api::Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
inline constexpr api::Resource kDeployments{"apps", "v1", "deployments", "Deployment"};

}  // namespace keysteward::kube
