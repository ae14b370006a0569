// Policy: what admission demands of an object, as plain values; the same in webhook, scan and
// background report.
//
// A PolicySnapshot is immutable while a review is judged. The defaults below are the built-in
// policy, in force where no CredentialPolicy object says otherwise.
//
//   const PolicyInForce policy = EffectivePolicy(snapshot, namespace_labels);
//   if (policy->mode == Action::kAllow) …
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/meta/label_selector.h"
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

struct LiteralPolicy {
  Action action = Action::kDeny;
  // Below it a finding of Medium confidence warns and one of Low confidence is only counted.
  detection::Confidence minimum_confidence = detection::Confidence::kHigh;
  std::set<std::string> disabled_rules;
  // Policies whose custom rules count, by name; see policy/custom_rules.h.
  std::vector<std::string> rule_scopes;
};

struct ReferencePolicy {
  Action action = Action::kDeny;
  std::vector<std::string> owner_annotations = {"keysteward.dev/owner"};
  std::vector<std::string> expiry_annotations = {"keysteward.dev/expires-at"};
  Duration max_lifetime = std::chrono::hours(8760);
  Duration warn_before = std::chrono::hours(168);
  // Never more than `action` in effect.
  Action expired = Action::kDeny;
  Action missing_secret = Action::kWarn;
};

struct Policy {
  std::string name = "default";
  Action mode = Action::kDeny;  // the most any check may do here
  api::LabelSelector namespace_selector;
  // What a namespace's enforce label may set the mode to.
  std::set<Action> allowed_overrides = {Action::kDeny, Action::kWarn, Action::kAudit,
                                        Action::kAllow};
  LiteralPolicy literals;
  ReferencePolicy references;
  Existing existing = Existing::kReport;
  // "kind.group" of custom resources that are judged; empty: all of them.
  std::set<std::string> custom_resources;
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

// Whether objects of that kind are judged: kinds of Kubernetes itself always are.
bool Judges(const Policy& policy, std::string_view api_version, std::string_view kind);

// One policy of a snapshot as it is, or one made of several. Valid as long as the snapshot.
class PolicyInForce {
 public:
  explicit PolicyInForce(const Policy* as_it_is) : as_it_is_(as_it_is) {}
  explicit PolicyInForce(Policy made) : made_(std::move(made)) {}

  const Policy& operator*() const { return made_ ? *made_ : *as_it_is_; }
  const Policy* operator->() const { return &**this; }

 private:
  std::optional<Policy> made_;
  const Policy* as_it_is_ = nullptr;
};

// The policy for a namespace: `default` only where no other one selects it; of several, the
// strictest answer per check; then the namespace's enforce label as the most that may be done.
PolicyInForce EffectivePolicy(const PolicySnapshot& snapshot, const Labels& namespace_labels);

}  // namespace keysteward::policy
