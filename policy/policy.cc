#include "policy/policy.h"

#include <algorithm>
#include <optional>

#include "api/v1alpha1/annotations.h"

namespace keysteward::policy {
namespace {

std::vector<std::string> InBoth(const std::vector<std::string>& a,
                                const std::vector<std::string>& b) {
  std::vector<std::string> both;
  for (const std::string& item : a) {
    if (std::find(b.begin(), b.end(), item) != b.end()) both.push_back(item);
  }
  return both;
}

void Tighten(LiteralPolicy& kept, const LiteralPolicy& other) {
  kept.action = std::max(kept.action, other.action);
  kept.minimum_confidence = std::min(kept.minimum_confidence, other.minimum_confidence);
  std::erase_if(kept.disabled_rules,
                [&](const std::string& rule) { return !other.disabled_rules.contains(rule); });
  kept.rule_scopes.insert(kept.rule_scopes.end(), other.rule_scopes.begin(),
                          other.rule_scopes.end());
}

void Tighten(ReferencePolicy& kept, const ReferencePolicy& other) {
  kept.action = std::max(kept.action, other.action);
  kept.owner_annotations = InBoth(kept.owner_annotations, other.owner_annotations);
  kept.expiry_annotations = InBoth(kept.expiry_annotations, other.expiry_annotations);
  kept.max_lifetime = std::min(kept.max_lifetime, other.max_lifetime);
  kept.warn_before = std::max(kept.warn_before, other.warn_before);
  kept.expired = std::max(kept.expired, other.expired);
  kept.missing_secret = std::max(kept.missing_secret, other.missing_secret);
}

// A policy without a list judges every kind.
void Tighten(std::set<std::string>& kept, const std::set<std::string>& other) {
  if (kept.empty() || other.empty()) {
    kept.clear();
  } else {
    kept.insert(other.begin(), other.end());
  }
}

void Tighten(Policy& kept, const Policy& other) {
  kept.name += "+" + other.name;
  std::erase_if(kept.allowed_overrides,
                [&](Action action) { return !other.allowed_overrides.contains(action); });
  Tighten(kept.literals, other.literals);
  Tighten(kept.references, other.references);
  Tighten(kept.custom_resources, other.custom_resources);
  if (other.existing == Existing::kEnforce) kept.existing = Existing::kEnforce;
}

std::optional<Action> ModeOf(const Labels& labels) {
  const auto found = labels.find(api::v1alpha1::kEnforceLabel);
  if (found == labels.end()) return std::nullopt;
  if (found->second == "deny") return Action::kDeny;
  if (found->second == "warn") return Action::kWarn;
  if (found->second == "audit") return Action::kAudit;
  if (found->second == "off") return Action::kAllow;
  return std::nullopt;  // an unknown word changes nothing
}

}  // namespace

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kAllow:
      return "Allow";
    case Action::kAudit:
      return "Audit";
    case Action::kWarn:
      return "Warn";
    case Action::kDeny:
      return "Deny";
  }
  return "Deny";
}

bool Judges(const Policy& policy, std::string_view api_version, std::string_view kind) {
  if (policy.custom_resources.empty()) return true;
  const size_t slash = api_version.find('/');
  const std::string_view group =
      slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
  const bool kubernetes = group.find('.') == std::string_view::npos || group.ends_with(".k8s.io");
  return kubernetes ||
         policy.custom_resources.contains(std::string(kind) + "." + std::string(group));
}

PolicyInForce EffectivePolicy(const PolicySnapshot& snapshot, const Labels& namespace_labels) {
  static const Policy kBuiltIn;
  const Policy* fallback = &kBuiltIn;
  const Policy* only = nullptr;
  std::optional<Policy> made;
  for (const Policy& policy : snapshot.policies) {
    if (!policy.namespace_selector.Matches(namespace_labels)) continue;
    if (policy.name == "default") {
      fallback = &policy;
    } else if (only == nullptr) {
      only = &policy;
    } else {
      if (!made) made = *only;
      Tighten(*made, policy);
    }
  }
  const Policy& chosen = made ? *made : only != nullptr ? *only : *fallback;
  const auto mode = ModeOf(namespace_labels);
  if (mode && *mode != chosen.mode && chosen.allowed_overrides.contains(*mode)) {
    Policy overridden = chosen;
    overridden.mode = *mode;
    return PolicyInForce(std::move(overridden));
  }
  return made ? PolicyInForce(*std::move(made)) : PolicyInForce(&chosen);
}

}  // namespace keysteward::policy
