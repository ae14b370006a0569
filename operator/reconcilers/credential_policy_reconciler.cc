#include "operator/reconcilers/credential_policy_reconciler.h"

#include <algorithm>

#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/conditions.h"
#include "common/strings.h"
#include "detection/engine/engine.h"
#include "detection/rules/rule_table.h"
#include "operator/rotation/status_writer.h"
#include "policy/custom_rules.h"
#include "policy/reference_rule.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using v1::CredentialPolicy;

namespace {

// A release of the chart may change the registration at any time.
constexpr Duration kLookAgain = std::chrono::minutes(5);
constexpr size_t kLongestMessage = 1000;

// Rules that are code rather than data.
bool IsCoded(const std::string& rule) {
  return rule == detection::kNamedCredentialRule || rule == detection::kBudgetRule ||
         rule.starts_with("secret-");
}

std::vector<std::string> UnknownRules(const CredentialPolicy& policy) {
  std::vector<std::string> unknown;
  if (policy.spec.literals.disabled_rules.empty()) return unknown;
  const Result<detection::RuleSet> built_in = detection::BuiltInRules();
  const auto& own = policy.spec.literals.custom_rules;
  for (const std::string& rule : policy.spec.literals.disabled_rules) {
    const bool known = IsCoded(rule) || !built_in || built_in->Find(rule) != nullptr ||
                       std::any_of(own.begin(), own.end(),
                                   [&](const v1::CustomRule& each) { return each.id == rule; });
    if (!known) unknown.push_back(rule);
  }
  return unknown;
}

api::Condition Say(std::string_view type, bool good, std::string_view reason, std::string message,
                   int64_t generation) {
  if (message.size() > kLongestMessage) message.resize(kLongestMessage);
  return {.type = std::string(type),
          .status = good ? "True" : "False",
          .reason = std::string(reason),
          .message = std::move(message),
          .observed_generation = generation};
}

}  // namespace

api::Condition PolicyReady(const CredentialPolicy& policy) {
  const int64_t generation = policy.metadata.generation;
  const v1::FieldErrors refused = policy::CheckCustomRules(policy);
  if (!refused.empty()) {
    std::string message = "left out: " + refused.front().ToString();
    if (refused.size() > 1) message += "; and " + std::to_string(refused.size() - 1) + " more";
    return Say(v1::condition::kReady, false, v1::reason::kRulesRefused, std::move(message),
               generation);
  }
  const std::vector<std::string> unknown = UnknownRules(policy);
  if (!unknown.empty()) {
    return Say(v1::condition::kReady, false, v1::reason::kUnknownRule,
               "spec.literals.disabledRules names rules that do not exist: " + Join(unknown, ", "),
               generation);
  }
  return Say(v1::condition::kReady, true, v1::reason::kInForce, "admission follows it", generation);
}

// As policy::EffectivePolicy has it: `default` is for namespaces that no other one selects.
int64_t CredentialPolicyReconciler::CountNamespaces(const CredentialPolicy& policy) const {
  const auto all = policies_.List();
  const bool fallback = policy.metadata.name == v1::kDefaultPolicy;
  const auto selected = [&](const auto& space) {
    const auto& labels = space->metadata.labels;
    if (!policy.spec.namespace_selector.Matches(labels)) return false;
    return !fallback || std::none_of(all.begin(), all.end(), [&](const auto& other) {
      return other->metadata.name != v1::kDefaultPolicy &&
             other->spec.namespace_selector.Matches(labels);
    });
  };
  const auto spaces = namespaces_.List();
  return std::count_if(spaces.begin(), spaces.end(), selected);
}

// Trying rules takes time, and namespaces come and go more often than policies change.
api::Condition CredentialPolicyReconciler::ReadyOf(const CredentialPolicy& policy) {
  {
    MutexLock lock(mutex_);
    const auto known = ready_.find(policy.metadata.uid);
    if (known != ready_.end() && known->second.observed_generation == policy.metadata.generation) {
      return known->second;
    }
  }
  api::Condition ready = PolicyReady(policy);
  MutexLock lock(mutex_);
  constexpr size_t kMostKnown = 1024;
  if (ready_.size() >= kMostKnown) ready_.clear();
  ready_[policy.metadata.uid] = ready;
  return ready;
}

Result<kube::ReconcileResult> CredentialPolicyReconciler::Reconcile(const kube::Request& request,
                                                                    const kube::Call& call) {
  const auto stored = policies_.Get(request);
  if (stored == nullptr || stored->metadata.deleting()) return kube::ReconcileResult{};
  CredentialPolicy policy = *stored;
  const int64_t generation = policy.metadata.generation;
  std::vector<api::Condition>& conditions = policy.status.conditions;
  policy.status.observed_generation = generation;
  policy.status.namespaces = CountNamespaces(policy);
  const WallTime now = clock_.WallNow();
  api::SetCondition(conditions, ReadyOf(policy), now);
  const auto& named = policy.spec.custom_resources;
  if (named.empty()) {
    api::RemoveCondition(conditions, v1::condition::kRegistered);
  } else {
    KS_ASSIGN_OR_RETURN(const std::string missing,
                        MissingRegistration(client_, configuration_, named, call));
    api::SetCondition(
        conditions,
        Say(v1::condition::kRegistered, missing.empty(),
            missing.empty() ? v1::reason::kAllRegistered : v1::reason::kNotRegistered,
            missing.empty() ? "the webhook sees all of customResources" : missing, generation),
        now);
  }
  if (!reported_) {
    api::RemoveCondition(conditions, v1::condition::kReported);
  } else if (const std::optional<api::Condition> reported = reported_()) {
    api::SetCondition(conditions, *reported, now);
  }
  KS_RETURN_IF_ERROR(WriteStatus(client_, *stored, policy, call));
  if (named.empty()) return kube::ReconcileResult{};
  return kube::ReconcileResult::RequeueAfter(kLookAgain);
}

}  // namespace keysteward::op
