#include "api/v1alpha1/credential_policy_validation.h"

#include <algorithm>
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

// "0" to "8", with at most two digits behind the point.
bool IsEntropy(std::string_view text) {
  if (text == "8") return true;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return (text.size() == 1 || text.size() == 3 || text.size() == 4) && text[0] >= '0' &&
         text[0] <= '7' && (text.size() == 1 || text[1] == '.') &&
         std::all_of(text.begin() + std::min<size_t>(2, text.size()), text.end(), is_digit);
}

void CheckTexts(Checks& checks, const std::string& field, const std::vector<std::string>& texts,
                size_t shortest, size_t longest) {
  for (size_t i = 0; i < texts.size(); ++i) {
    checks.Length(Indexed(field, i), texts[i], shortest, longest);
  }
}

void CheckCustomRule(Checks& rule, const CustomRule& custom) {
  rule.Require("id", internal::IsRuleId(custom.id), "must be a rule id, e.g. stripe-live-key");
  rule.Length("pattern", custom.pattern, 8, 512);
  rule.Require("keywords", !custom.keywords.empty(),
               "must hold a text that is in every match, e.g. acme_live_");
  rule.AtMost("keywords", custom.keywords.size(), 16);
  CheckTexts(rule, "keywords", custom.keywords, 3, 64);
  rule.Length("provider", custom.provider, 0, 64);
  rule.Require("minimumEntropy",
               custom.minimum_entropy.empty() || IsEntropy(custom.minimum_entropy),
               "must be bits per character from 0 to 8 as text, e.g. \"3.5\"");
  rule.Length("remediation", custom.remediation, 0, 256);
  rule.Require("examples", !custom.examples.empty(),
               "must hold a text that the rule finds, e.g. acme_live_{alnum:24}");
  rule.AtMost("examples", custom.examples.size(), 8);
  CheckTexts(rule, "examples", custom.examples, 8, 512);
  rule.AtMost("counterexamples", custom.counterexamples.size(), 8);
  CheckTexts(rule, "counterexamples", custom.counterexamples, 1, 512);
}

void CheckCustomRules(Checks& checks, const std::vector<CustomRule>& rules) {
  checks.AtMost("literals.customRules", rules.size(), 64);
  std::set<std::string> ids;
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::string path = Indexed("literals.customRules", i);
    Checks rule = checks.At(path);
    CheckCustomRule(rule, rules[i]);
    checks.Add(std::move(rule));
    checks.Require(path, ids.insert(rules[i].id).second, "must not be listed twice");
  }
}

bool IsKindName(std::string_view text) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_word = [&](char c) {
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !text.empty() && text.size() <= 63 && is_upper(text[0]) &&
         std::all_of(text.begin(), text.end(), is_word);
}

// Groups of Kubernetes itself are judged anyway, and their names have no dot or end so.
bool IsForeignGroup(std::string_view text) {
  return internal::IsDnsSubdomain(text) && text.find('.') != std::string_view::npos &&
         !text.ends_with(".k8s.io") && !text.ends_with("keysteward.dev");
}

void CheckCustomResources(Checks& checks, const std::vector<CustomResource>& resources) {
  checks.AtMost("customResources", resources.size(), 64);
  std::set<std::pair<std::string, std::string>> seen;
  for (size_t i = 0; i < resources.size(); ++i) {
    const std::string path = Indexed("customResources", i);
    checks.Require(path + ".group", IsForeignGroup(resources[i].group),
                   "must be the group of a custom resource, e.g. argoproj.io");
    checks.Require(path + ".kind", IsKindName(resources[i].kind),
                   "must be a kind, e.g. Application");
    checks.Require(path, seen.insert({resources[i].group, resources[i].kind}).second,
                   "must not be listed twice");
  }
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
  CheckCustomRules(own, spec.literals.custom_rules);
  CheckCustomResources(own, spec.custom_resources);
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
