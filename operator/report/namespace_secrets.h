// NamespaceSecrets: what is known of the Secrets of one namespace: metadata, never data.
//
//   KS_ASSIGN_OR_RETURN(const NamespaceSecrets secrets, NamespaceSecrets::Read(client, "shop", …));
#pragma once

#include <map>
#include <string>

#include "api/v1alpha1/managed_credential_types.h"
#include "kube/cache/lister.h"
#include "kube/client/client.h"
#include "policy/secret_lookup.h"

namespace keysteward::op {

class NamespaceSecrets final : public policy::SecretLookup {
 public:
  // Lists metadata alone; the last-applied copy is dropped.
  static Result<NamespaceSecrets> Read(
      kube::Client& client, const std::string& namespace_name,
      const kube::Lister<api::v1alpha1::ManagedCredential>& credentials, const kube::Call& call);
  // Nothing is known: the references rule has no opinion.
  static NamespaceSecrets Unknown() { return NamespaceSecrets(false); }

  policy::SecretState Find(std::string_view namespace_name, std::string_view name) const override;

 private:
  explicit NamespaceSecrets(bool known) : known_(known) {}

  bool known_;
  std::map<std::string, policy::SecretState, std::less<>> secrets_;
};

}  // namespace keysteward::op
