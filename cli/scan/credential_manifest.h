// CredentialManifest: the ManagedCredential that a fix proposes, as YAML with what a person has to
// choose marked by comments.
#pragma once

#include <string>

namespace keysteward::cli {

struct ProposedCredential {
  std::string name;  // also of the Secret
  std::string key;   // of the Secret
  std::string namespace_name;
  std::string used_for;  // "API_KEY of Deployment api"
};

// Begins with "---". Valid as it stands; it delivers nothing until its issuer exists.
std::string CredentialManifest(const ProposedCredential& credential);

}  // namespace keysteward::cli
