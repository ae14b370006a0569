// ScannedSecrets: the Secrets that the scanned files will create, by whatever kind creates them:
// Secret, ManagedCredential, ExternalSecret, SealedSecret, SecretProviderClass, Kustomization.
#pragma once

#include <string>
#include <vector>

#include "detection/reader/node.h"
#include "policy/secret_lookup.h"

namespace keysteward::cli {

class ScannedSecrets final : public policy::SecretLookup {
 public:
  // Called for every object of the set before the first Find.
  void Learn(const detection::Node& object);

  // A manifest without a namespace matches any.
  policy::SecretState Find(std::string_view namespace_name, std::string_view name) const override;

 private:
  struct Entry {
    std::string namespace_name;
    std::string name;
    policy::SecretState state;
  };
  void Add(const detection::Node& object, std::string_view name, const detection::Node* metadata,
           bool managed = false);

  std::vector<Entry> entries_;
};

}  // namespace keysteward::cli
