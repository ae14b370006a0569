// Custom rules: the detection rules that CredentialPolicies declare, as the engine takes them.
//
// A rule's scope is the name of its policy, so that it counts only where that policy does. Pure.
//
//   const FieldErrors wrong = CheckCustomRules(policy);     // before it is stored
//   engine = EngineWith(CustomRulesOf(policy));
#pragma once

#include <memory>
#include <vector>

#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/field_error.h"
#include "detection/engine/engine.h"

namespace keysteward::policy {

// Of an object that keeps the schema.
std::vector<detection::Rule> CustomRulesOf(const api::v1alpha1::CredentialPolicy& policy);

// What is wrong with a rule beyond the schema: it does not compile, may match too little, misses an
// example or finds a counterexample. Empty: nothing. The text quotes no example.
std::string ProblemOf(const detection::Rule& rule);

// ProblemOf each rule, and ids that are those of built-in rules.
api::v1alpha1::FieldErrors CheckCustomRules(const api::v1alpha1::CredentialPolicy& policy);

}  // namespace keysteward::policy
