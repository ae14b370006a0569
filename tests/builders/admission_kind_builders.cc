#include "tests/builders/admission_kind_builders.h"

#include <nlohmann/json.hpp>

namespace keysteward::builders {

using namespace api::v1alpha1;  // NOLINT: a builder speaks of nothing else

CredentialPolicyBuilder::CredentialPolicyBuilder(const std::string& name) {
  policy_.metadata.name = name;
  policy_.metadata.uid = "uid-" + name;
  policy_.metadata.generation = 1;
}

CredentialPolicyBuilder& CredentialPolicyBuilder::ForNamespacesWith(const std::string& label,
                                                                    const std::string& value) {
  policy_.spec.namespace_selector.match_labels[label] = value;
  return *this;
}

CredentialPolicyBuilder& CredentialPolicyBuilder::WithAction(PolicyAction action) {
  policy_.spec.action = action;
  return *this;
}

CredentialPolicyBuilder& CredentialPolicyBuilder::With(
    const std::function<void(CredentialPolicySpec&)>& change) {
  change(policy_.spec);
  return *this;
}

nlohmann::json CredentialPolicyBuilder::BuildJson() const { return ToJson(policy_); }

CredentialExceptionBuilder::CredentialExceptionBuilder(const std::string& name,
                                                       WallTime expires_at) {
  exception_.metadata.name = name;
  exception_.metadata.namespace_name = "payments";
  exception_.metadata.uid = "uid-" + name;
  exception_.metadata.generation = 1;
  exception_.spec.owner = "payments-oncall@example.com";
  exception_.spec.reason = "Test key of a sandbox account";
  exception_.spec.approved_by = "security@example.com";
  exception_.spec.expires_at = expires_at;
  exception_.spec.scope.rule = "stripe-live-key";
}

CredentialExceptionBuilder& CredentialExceptionBuilder::In(const std::string& namespace_name) {
  exception_.metadata.namespace_name = namespace_name;
  return *this;
}

CredentialExceptionBuilder& CredentialExceptionBuilder::ForRule(const std::string& rule) {
  exception_.spec.scope = {};
  exception_.spec.scope.rule = rule;
  return *this;
}

CredentialExceptionBuilder& CredentialExceptionBuilder::ForFingerprint(
    const std::string& fingerprint) {
  exception_.spec.scope = {};
  exception_.spec.scope.fingerprint = fingerprint;
  return *this;
}

CredentialExceptionBuilder& CredentialExceptionBuilder::With(
    const std::function<void(CredentialExceptionSpec&)>& change) {
  change(exception_.spec);
  return *this;
}

nlohmann::json CredentialExceptionBuilder::BuildJson() const { return ToJson(exception_); }

CredentialRevocation MakeCredentialRevocation(const std::string& name) {
  CredentialRevocation out;
  out.metadata.name = name;
  out.metadata.uid = "uid-" + name;
  out.metadata.generation = 1;
  out.spec.credential = {"payments", "stripe-live", "uid-stripe-live"};
  out.spec.key = {1, "key_1", "0123456789abcdef"};
  out.spec.issuer = {IssuerKind::kCredentialIssuer, "payments", "acme", "uid-acme",
                     "issuer-uid-acme"};
  out.spec.staged_secret_name = "staged-uid-stripe-live-1";
  out.spec.reason = "NamespaceDeleted";
  return out;
}

}  // namespace keysteward::builders
