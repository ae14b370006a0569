// ObjectIdentity: which Kubernetes object a tree is.
//
//   const ObjectIdentity id = IdentityOf(root);   // {"apps/v1", "Deployment", "shop", "api"}
#pragma once

#include <string>

#include "detection/reader/node.h"

namespace keysteward::detection {

struct ObjectIdentity {
  std::string api_version;
  std::string kind;
  std::string namespace_name;
  std::string name;  // generateName when there is no name

  // The part of apiVersion before '/', "" for core.
  std::string group() const;
  friend bool operator==(const ObjectIdentity&, const ObjectIdentity&) = default;
};

ObjectIdentity IdentityOf(const Node& object);

}  // namespace keysteward::detection
