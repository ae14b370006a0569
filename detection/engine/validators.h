// Validators: proof beyond the pattern, without any network: checksums, structure, key arithmetic.
//
// Pure functions; a rule names its validator.
//
//   Validate(Validator::kJwt, token).proof == Proof::kConfirmed
//   Validate(rule, credential, after)   // its requirements on characters first
#pragma once

#include <string_view>

#include "detection/decoders/base64_text.h"
#include "detection/engine/proof.h"
#include "detection/rules/rule.h"
#include "detection/values/checksums.h"

namespace keysteward::detection {

// `credential` is the matched credential; `after` the text that follows it in the same value.
Validation Validate(Validator validator, std::string_view credential, std::string_view after = {});
Validation Validate(const Rule& rule, std::string_view credential, std::string_view after = {});

// user:password, when `encoded` is base64 of that.
std::optional<std::string> EncodedLogin(std::string_view encoded);

// The rule's minimum entropy and the character classes it requires.
bool MeetsRequirements(const Rule& rule, std::string_view credential);

}  // namespace keysteward::detection
