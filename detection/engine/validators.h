// Validators: proof beyond the pattern, without any network: checksums, structure, key arithmetic.
//
//   Validate(Validator::kJwt, token).proof == Proof::kConfirmed
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "detection/rules/rule.h"

namespace keysteward::detection {

enum class Proof : uint8_t {
  kNone,       // nothing to check
  kConfirmed,  // the check holds: certainly of this form
  kDoubtful,   // the check fails, but the value may still be a credential
  kRefuted,    // the check fails: not what the pattern claims
};

struct Validation {
  Proof proof = Proof::kNone;
  std::string_view reason;  // constant text, fit for output
};

// `credential` is the matched credential; `after` the text that follows it in the same value.
Validation Validate(Validator validator, std::string_view credential, std::string_view after = {});

// CRC-32 (IEEE 802.3) of `text`, in base 62 (digits, upper, lower case), six characters.
std::string Crc32Base62(std::string_view text);

// Standard or URL alphabet, padding optional, line breaks skipped; nothing when it is not base64 or
// longer than `limit` when decoded.
std::optional<std::string> DecodeAnyBase64(std::string_view text, size_t limit);
// At least nine tenths printable text and valid enough to search.
bool LooksLikeText(std::string_view bytes);

}  // namespace keysteward::detection
