// What a check beyond the pattern says about a credential, and why.
//
//   if (validation.proof == Proof::kRefuted) return;
#pragma once

#include <cstdint>
#include <string_view>

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

}  // namespace keysteward::detection
