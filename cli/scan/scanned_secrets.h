// ScannedSecrets: the Secrets that the scanned files will create, by whatever kind creates them:
// Secret, ManagedCredential, ExternalSecret, SealedSecret, SecretProviderClass, Kustomization,
// cert-manager's Certificate, Vault's operator.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "detection/reader/node.h"
#include "policy/secret_lookup.h"

namespace keysteward::cli {

class ScannedSecrets final : public policy::SecretLookup {
 public:
  // `complete`: what is not among the scanned files does not exist; else nothing is said of it.
  explicit ScannedSecrets(bool complete = true) : complete_(complete) {}

  // Called for every object of the set before the first Find.
  void Learn(const detection::Node& object);
  // The same of a template's object: what it makes will be there, and no more is known of it.
  void LearnTemplate(const detection::Node& object);
  // Adds what another part of the set creates.
  void Take(ScannedSecrets other);

  // A manifest without a namespace matches any, and so does one whose namespace is filled in later.
  // Nothing is known of a name that no Secret can have: <your-secret>, {{ .Release.Name }}-x.
  policy::SecretState Find(std::string_view namespace_name, std::string_view name) const override;

 private:
  struct Entry {
    std::string namespace_name;
    policy::SecretState state;
  };
  void Add(const detection::Node& object, std::string_view name, const detection::Node* metadata,
           bool managed = false);

  bool complete_;
  std::unordered_map<std::string, std::vector<Entry>> entries_;  // by name
};

}  // namespace keysteward::cli
