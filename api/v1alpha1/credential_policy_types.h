// CredentialPolicy: what admission demands in the namespaces it selects. Cluster-scoped.
//
// A default-constructed CredentialPolicySpec is the built-in default that holds where no policy
// object does, the same in webhook, CLI and operator. docs/kinds/credentialpolicy.md.
//
//   const PolicyAction action = policy.spec.literals.action.value_or(policy.spec.action);
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "api/meta/kind.h"
#include "api/meta/label_selector.h"
#include "api/meta/object_meta.h"
#include "api/v1alpha1/enum_names.h"

namespace keysteward::api::v1alpha1 {

// Strictest first.
enum class PolicyAction { kDeny, kWarn, kAudit };
template <>
struct EnumNames<PolicyAction> {
  static constexpr std::string_view kNames[] = {"Deny", "Warn", "Audit"};
};

// A value the namespace label keysteward.dev/enforce may set (deny, warn, audit, off there).
enum class EnforceMode { kDeny, kWarn, kAudit, kOff };
template <>
struct EnumNames<EnforceMode> {
  static constexpr std::string_view kNames[] = {"Deny", "Warn", "Audit", "Off"};
};

enum class Confidence { kLow, kMedium, kHigh };
template <>
struct EnumNames<Confidence> {
  static constexpr std::string_view kNames[] = {"Low", "Medium", "High"};
};

// What findings an object had before lead to.
enum class ExistingMode { kReport, kEnforce };
template <>
struct EnumNames<ExistingMode> {
  static constexpr std::string_view kNames[] = {"Report", "Enforce"};
};

// A detection rule of the cluster's own, beside the built-in ones.
struct CustomRule {
  std::string id;
  std::string pattern;                // RE2; group 1, if any, is the credential
  std::vector<std::string> keywords;  // of which one is in every match
  std::string provider;               // empty: the policy's own
  std::string minimum_entropy;        // bits per character, "3.5"; empty: none
  Confidence confidence = Confidence::kHigh;
  std::string remediation;
  std::vector<std::string> examples;  // templates, as in detection/rules/example.h
  std::vector<std::string> counterexamples;

  friend bool operator==(const CustomRule&, const CustomRule&) = default;
};

// Credentials written into manifests.
struct LiteralPolicy {
  std::optional<PolicyAction> action;  // absent: spec.action
  Confidence minimum_confidence = Confidence::kHigh;
  std::vector<std::string> disabled_rules;
  std::vector<CustomRule> custom_rules;

  friend bool operator==(const LiteralPolicy&, const LiteralPolicy&) = default;
};

// Secrets used as environment variables.
struct ReferencePolicy {
  std::optional<PolicyAction> action;  // absent: spec.action
  std::vector<std::string> owner_annotations = {"keysteward.dev/owner"};
  std::vector<std::string> expiry_annotations = {"keysteward.dev/expires-at"};
  Duration max_lifetime = std::chrono::hours(8760);
  Duration warn_before = std::chrono::hours(168);
  PolicyAction expired = PolicyAction::kDeny;
  PolicyAction missing_secret = PolicyAction::kWarn;

  friend bool operator==(const ReferencePolicy&, const ReferencePolicy&) = default;
};

// A kind of others whose objects are judged.
struct CustomResource {
  std::string group;
  std::string kind;

  friend bool operator==(const CustomResource&, const CustomResource&) = default;
};

struct CredentialPolicySpec {
  PolicyAction action = PolicyAction::kDeny;
  LabelSelector namespace_selector;  // empty: every namespace
  std::vector<EnforceMode> allowed_overrides = {EnforceMode::kDeny, EnforceMode::kWarn,
                                                EnforceMode::kAudit, EnforceMode::kOff};
  LiteralPolicy literals;
  ReferencePolicy references;
  ExistingMode existing = ExistingMode::kReport;
  std::vector<CustomResource> custom_resources;  // empty: all that are registered

  friend bool operator==(const CredentialPolicySpec&, const CredentialPolicySpec&) = default;
};

struct CredentialPolicyStatus {
  int64_t observed_generation = -1;
  int64_t namespaces = 0;  // selected
  std::vector<Condition> conditions;

  friend bool operator==(const CredentialPolicyStatus&, const CredentialPolicyStatus&) = default;
};

struct CredentialPolicy {
  ObjectMeta metadata;
  CredentialPolicySpec spec;
  CredentialPolicyStatus status;
};

Result<CredentialPolicy> FromJson(const nlohmann::json& object,
                                  std::type_identity<CredentialPolicy>);
nlohmann::json ToJson(const CredentialPolicy& policy);
nlohmann::json ToJson(const CredentialPolicySpec& spec);
nlohmann::json ToJson(const CredentialPolicyStatus& status);

}  // namespace keysteward::api::v1alpha1

namespace keysteward::api {

template <>
struct KindOf<v1alpha1::CredentialPolicy> {
  static constexpr Resource resource{"keysteward.dev", "v1alpha1", "credentialpolicies",
                                     "CredentialPolicy", false};
};

}  // namespace keysteward::api
