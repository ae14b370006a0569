#include "api/v1alpha1/credential_policy_validation.h"

#include <set>

#include "api/v1alpha1/internal/checks.h"
#include "api/v1alpha1/internal/selector_checks.h"

namespace keysteward::api::v1alpha1 {

using internal::Checks;
using internal::Indexed;

namespace {

template <typename List, typename Predicate>
void CheckItems(Checks& checks, const std::string& field, const List& items, Predicate is_valid,
                std::string_view message) {
  std::set<std::string> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    checks.Require(Indexed(field, i), is_valid(items[i]), message);
    checks.Require(Indexed(field, i), seen.insert(items[i]).second, "must not be listed twice");
  }
}

void CheckAnnotations(Checks& checks, const std::string& field,
                      const std::vector<std::string>& keys) {
  checks.Require(field, !keys.empty() && keys.size() <= 16,
                 "must hold 1 to 16 annotation keys; leave it out for the default");
  CheckItems(checks, field, keys, internal::IsAnnotationKey,
             "must be an annotation key, e.g. keysteward.dev/owner");
}

}  // namespace

FieldErrors Validate(const CredentialPolicy& policy) {
  const CredentialPolicySpec& spec = policy.spec;
  Checks checks("metadata");
  checks.Require("name", policy.metadata.name.size() <= 52,
                 "must be at most 52 characters, choose a shorter name: messages quote it");
  Checks own("spec");
  internal::CheckSelector(own, "namespaceSelector", spec.namespace_selector);
  const std::set<EnforceMode> modes(spec.allowed_overrides.begin(), spec.allowed_overrides.end());
  own.Require("allowedOverrides", modes.size() == spec.allowed_overrides.size(),
              "must not list a value twice");
  own.AtMost("literals.disabledRules", spec.literals.disabled_rules.size(), 256);
  CheckItems(own, "literals.disabledRules", spec.literals.disabled_rules, internal::IsRuleId,
             "must be a rule id, e.g. stripe-live-key");
  const ReferencePolicy& references = spec.references;
  CheckAnnotations(own, "references.ownerAnnotations", references.owner_annotations);
  CheckAnnotations(own, "references.expiryAnnotations", references.expiry_annotations);
  own.Between("references.maxLifetime", references.max_lifetime, "1h", "87600h", "8760h");
  own.Between("references.warnBefore", references.warn_before, "0s", "8760h", "168h");
  own.Require("references.warnBefore", references.warn_before < references.max_lifetime,
              "must be shorter than maxLifetime: every Secret would cause a warning");
  checks.Add(std::move(own));
  return checks.Take();
}

}  // namespace keysteward::api::v1alpha1
