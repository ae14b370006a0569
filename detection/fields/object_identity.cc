#include "detection/fields/object_identity.h"

namespace keysteward::detection {

std::string ObjectIdentity::group() const {
  const size_t slash = api_version.find('/');
  return slash == std::string::npos ? "" : api_version.substr(0, slash);
}

ObjectIdentity IdentityOf(const Node& object) {
  ObjectIdentity id;
  id.api_version = object.String("apiVersion");
  id.kind = object.String("kind");
  if (const Node* metadata = object.Find("metadata")) {
    id.namespace_name = metadata->String("namespace");
    id.name = metadata->String("name");
    if (id.name.empty()) id.name = metadata->String("generateName");
  }
  return id;
}

}  // namespace keysteward::detection
