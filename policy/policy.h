// Policy: what admission demands of an object, as plain values; the same in webhook, scan and
// background report.
//
// A PolicySnapshot is immutable while a review is judged. The defaults below are the built-in policy,
// in force where no CredentialPolicy object says otherwise.
//
//   const Policy policy = EffectivePolicy(snapshot, namespace_labels);
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "detection/rules/rule.h"

namespace keysteward::policy {

// In order of severity.
enum class Action : uint8_t { kAllow, kAudit, kWarn, kDeny };

// "Allow", "Audit", "Warn", "Deny".
std::string_view ActionName(Action action);

enum class Existing : uint8_t {
  kReport,   // what was there before is reported, only additions are denied
  kEnforce,  // every version is judged alike
};

using Labels = std::map<std::string, std::string>;

// metav1.LabelSelector; empty selects everything.
struct LabelSelector {
  enum class Operator : uint8_t { kIn, kNotIn, kExists, kDoesNotExist };
  struct Requirement {
    std::string key;
    Operator op = Operator::kExists;
    std::set<std::string> values;
  };
  Labels match_labels;
  std::vector<Requirement> match_expressions;

  bool Selects(const Labels& labels) const;
};

struct LiteralPolicy {
  Action action = Action::kDeny;
  // Below it a finding of Medium confidence warns and one of Low confidence is only counted.
  detection::Confidence minimum_confidence = detection::Confidence::kHigh;
  std::set<std::string> disabled_rules;
};

struct ReferencePolicy {
  Action action = Action::kDeny;
  std::vector<std::string> owner_annotations = {"keysteward.dev/owner"};
  std::vector<std::string> expiry_annotations = {"keysteward.dev/expires-at"};
  Duration max_lifetime = std::chrono::hours(8760);
  Duration warn_before = std::chrono::hours(168);
  Action expired = Action::kDeny;
  Action missing_secret = Action::kWarn;
};

struct Policy {
  std::string name = "default";
  Action action = Action::kDeny;  // the most any check may do
  LabelSelector namespace_selector;
  LiteralPolicy literals;
  ReferencePolicy references;
  Existing existing = Existing::kReport;
};

// A waiver with an end, as CredentialException.
struct Exception {
  struct Scope {
    std::string kind;
    std::string name;
    std::string path;
    std::string rule;
    std::string fingerprint;
  };
  std::string namespace_name;
  std::string name;
  std::string owner;
  std::string reason;
  WallTime expires_at;
  Scope scope;  // every field given must match; at least one of path, rule, fingerprint is
};

struct PolicySnapshot {
  std::vector<Policy> policies;  // empty: the built-in default
  std::vector<Exception> exceptions;
};

inline constexpr std::string_view kEnforceLabel = "keysteward.dev/enforce";

// The policy for a namespace: `default` only where no other one selects it; of several, the
// strictest answer per check; then the namespace's enforce label as the most that may be done.
Policy EffectivePolicy(const PolicySnapshot& snapshot, const Labels& namespace_labels);

}  // namespace keysteward::policy
