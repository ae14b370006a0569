// Builders of the kinds that admission reads, and of the record of a key left to revoke.
//
//   CredentialException waiver = CredentialExceptionBuilder("sandbox", end).ForRule("x").Build();
#pragma once

#include <functional>
#include <string>

#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/credential_revocation_types.h"

namespace keysteward::builders {

class CredentialPolicyBuilder {
 public:
  // The built-in default under that name.
  explicit CredentialPolicyBuilder(const std::string& name = "default");

  CredentialPolicyBuilder& ForNamespacesWith(const std::string& label, const std::string& value);
  CredentialPolicyBuilder& WithAction(api::v1alpha1::PolicyAction action);
  CredentialPolicyBuilder& With(
      const std::function<void(api::v1alpha1::CredentialPolicySpec&)>& change);

  api::v1alpha1::CredentialPolicy Build() const { return policy_; }
  nlohmann::json BuildJson() const;

 private:
  api::v1alpha1::CredentialPolicy policy_;
};

class CredentialExceptionBuilder {
 public:
  // Namespace payments, owner and approver differ, rule stripe-live-key.
  CredentialExceptionBuilder(const std::string& name, WallTime expires_at);

  CredentialExceptionBuilder& In(const std::string& namespace_name);
  CredentialExceptionBuilder& ForRule(const std::string& rule);
  CredentialExceptionBuilder& ForFingerprint(const std::string& fingerprint);
  CredentialExceptionBuilder& With(
      const std::function<void(api::v1alpha1::CredentialExceptionSpec&)>& change);

  api::v1alpha1::CredentialException Build() const { return exception_; }
  nlohmann::json BuildJson() const;

 private:
  api::v1alpha1::CredentialException exception_;
};

// Key key_1, generation 1 of payments/stripe-live, issuer acme, state Pending.
api::v1alpha1::CredentialRevocation MakeCredentialRevocation(const std::string& name);

}  // namespace keysteward::builders
