#include "cli/scan/credential_manifest.h"

#include <nlohmann/json.hpp>

#include "common/json.h"

namespace keysteward::cli {
namespace {

// Any text as a YAML scalar.
std::string Quoted(const std::string& text) { return DumpJson(nlohmann::json(text)); }

}  // namespace

std::string CredentialManifest(const ProposedCredential& credential) {
  std::string purpose = "Key for " + credential.used_for;
  constexpr size_t kLongestPurpose = 200;
  if (purpose.size() > kLongestPurpose) purpose.resize(kLongestPurpose);
  std::string out =
      "---\n"
      "apiVersion: keysteward.dev/v1alpha1\n"
      "kind: ManagedCredential\n"
      "metadata:\n"
      "  name: " +
      Quoted(credential.name) + "\n";
  if (!credential.namespace_name.empty()) {
    out += "  namespace: " + Quoted(credential.namespace_name) + "\n";
  }
  out +=
      "spec:\n"
      "  owner:\n"
      "    team: my-team  # choose: who answers for this key\n"
      "    contact: my-team@example.com  # choose\n"
      "  purpose: " +
      Quoted(purpose) +
      "\n"
      "  issuerRef:\n"
      "    kind: CredentialIssuer\n"
      "    name: my-issuer  # choose: where the key comes from\n"
      "  lifetime: 2160h\n"
      "  delivery:\n"
      "    secretName: " +
      Quoted(credential.name) +
      "\n"
      "    entries:\n"
      "    - name: " +
      Quoted(credential.key) +
      "\n"
      "      value: ${key}\n";
  return out;
}

}  // namespace keysteward::cli
