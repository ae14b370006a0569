#include "api/v1alpha1/credential_revocation_validation.h"

#include "api/v1alpha1/internal/checks.h"

namespace keysteward::api::v1alpha1 {

using internal::Checks;

FieldErrors Validate(const CredentialRevocation& revocation) {
  const CredentialRevocationSpec& spec = revocation.spec;
  Checks checks("metadata");
  checks.Require("name", revocation.metadata.name.size() <= 63,
                 "must be at most 63 characters, choose a shorter name: it is used as a label "
                 "value");
  Checks own("spec");
  own.Length("credential.namespace", spec.credential.namespace_name, 1, 63);
  own.Length("credential.name", spec.credential.name, 1, 253);
  own.Length("credential.uid", spec.credential.uid, 1, 64);
  own.Length("issuer.name", spec.issuer.name, 1, 253);
  own.Length("key.id", spec.key.id, 0, 256);
  own.Require("key.generation", spec.key.generation >= 0, "must not be negative");
  checks.Add(std::move(own));
  return checks.Take();
}

FieldErrors ValidateUpdate(const CredentialRevocation& before, const CredentialRevocation& after) {
  if (before.spec == after.spec) return {};
  return {{"spec", "is immutable: it is the record of one key"}};
}

}  // namespace keysteward::api::v1alpha1
