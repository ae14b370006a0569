#include "policy/policy_from_api.h"

namespace keysteward::policy {
namespace {

namespace v1 = api::v1alpha1;

Action ActionFrom(v1::PolicyAction action) {
  switch (action) {
    case v1::PolicyAction::kDeny:
      return Action::kDeny;
    case v1::PolicyAction::kWarn:
      return Action::kWarn;
    case v1::PolicyAction::kAudit:
      return Action::kAudit;
  }
  return Action::kDeny;
}

Action ActionFrom(v1::EnforceMode mode) {
  switch (mode) {
    case v1::EnforceMode::kDeny:
      return Action::kDeny;
    case v1::EnforceMode::kWarn:
      return Action::kWarn;
    case v1::EnforceMode::kAudit:
      return Action::kAudit;
    case v1::EnforceMode::kOff:
      return Action::kAllow;
  }
  return Action::kDeny;
}

detection::Confidence ConfidenceFrom(v1::Confidence confidence) {
  switch (confidence) {
    case v1::Confidence::kLow:
      return detection::Confidence::kLow;
    case v1::Confidence::kMedium:
      return detection::Confidence::kMedium;
    case v1::Confidence::kHigh:
      return detection::Confidence::kHigh;
  }
  return detection::Confidence::kHigh;
}

}  // namespace

Policy PolicyFrom(const v1::CredentialPolicy& object) {
  const v1::CredentialPolicySpec& spec = object.spec;
  Policy policy;
  policy.name = object.metadata.name;
  policy.namespace_selector = spec.namespace_selector;
  policy.allowed_overrides.clear();
  for (const v1::EnforceMode mode : spec.allowed_overrides) {
    policy.allowed_overrides.insert(ActionFrom(mode));
  }
  policy.literals.action = ActionFrom(spec.literals.action.value_or(spec.action));
  policy.literals.minimum_confidence = ConfidenceFrom(spec.literals.minimum_confidence);
  policy.literals.disabled_rules = {spec.literals.disabled_rules.begin(),
                                    spec.literals.disabled_rules.end()};
  if (!spec.literals.custom_rules.empty()) policy.literals.rule_scopes = {policy.name};
  policy.references.action = ActionFrom(spec.references.action.value_or(spec.action));
  policy.references.owner_annotations = spec.references.owner_annotations;
  policy.references.expiry_annotations = spec.references.expiry_annotations;
  policy.references.max_lifetime = spec.references.max_lifetime;
  policy.references.warn_before = spec.references.warn_before;
  policy.references.expired = ActionFrom(spec.references.expired);
  policy.references.missing_secret = ActionFrom(spec.references.missing_secret);
  for (const v1::CustomResource& resource : spec.custom_resources) {
    policy.custom_resources.insert(resource.kind + "." + resource.group);
  }
  policy.existing =
      spec.existing == v1::ExistingMode::kEnforce ? Existing::kEnforce : Existing::kReport;
  return policy;
}

Exception ExceptionFrom(const v1::CredentialException& object) {
  Exception exception;
  exception.namespace_name = object.metadata.namespace_name;
  exception.name = object.metadata.name;
  exception.owner = object.spec.owner;
  exception.reason = object.spec.reason;
  exception.expires_at = object.spec.expires_at;
  exception.scope = {object.spec.scope.kind, object.spec.scope.name, object.spec.scope.path,
                     object.spec.scope.rule, object.spec.scope.fingerprint};
  return exception;
}

}  // namespace keysteward::policy
