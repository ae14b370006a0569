// SecretReferences: every place where an object takes a Secret's values into its environment.
//
// Found by form, not by a list of paths: any mapping with env or envFrom counts, so init, sidecar
// and ephemeral containers, pod templates of any kind and kinds to come are all seen.
//
//   for (const SecretReference& use : FindSecretReferences(object)) use.secret  // "stripe-live"
#pragma once

#include <string>
#include <vector>

#include "detection/reader/node.h"

namespace keysteward::detection {

struct SecretReference {
  std::string secret;       // name of the Secret, in the object's namespace
  std::string key;          // "" for envFrom: all of them
  std::string path;         // of the reference: spec.containers[0].env[2].valueFrom.secretKeyRef
  std::string stable_path;  // list items by name
  Position position;
  bool optional = false;
};

std::vector<SecretReference> FindSecretReferences(const Node& object);

}  // namespace keysteward::detection
