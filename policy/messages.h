// The words of a verdict: path, rule, why, and the lines that fix it. Never a value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/judge.h"

namespace keysteward::policy {

// "spec.containers[0].env[2].value: literal credential (stripe-secret-key): it has …"
std::string ProblemLine(const detection::Finding& finding, const Exception* expired);
// Name of the ManagedCredential proposed for what is called `name`, a DNS label:
// STRIPE_API_KEY → stripe-api-key.
std::string CredentialName(std::string_view name);
// "Fix: …", one line.
std::string FixLine(const detection::Finding& finding);

// Three lines: the first finding that denies, its fix, and which object it is in with how many
// more.
std::string DenialMessage(const std::vector<Judgement>& judgements,
                          const detection::ObjectIdentity& identity);
std::vector<std::string> Warnings(const std::vector<Judgement>& judgements);

}  // namespace keysteward::policy
