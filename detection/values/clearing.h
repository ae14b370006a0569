// Clearing evidence: why a value that stands where a credential could stand is none.
//
// An ordered list of small predicates; the first that holds gives the reason, a constant text fit
// for output. Pure functions.
//
//   ClearedBecause("$(DB_PASSWORD)", Claim::kNamed)  // "a variable, filled in elsewhere"
#pragma once

#include <optional>
#include <string_view>

namespace keysteward::detection {

// What accuses the value: its name alone, or a provider's own format as well.
enum class Claim : uint8_t {
  kNamed,     // a name such as API_TOKEN
  kPassword,  // a name such as DB_PASSWORD: weak values count too
  kFormat,    // a provider's format
};

// The reason, or nothing when the value stays accused.
std::optional<std::string_view> ClearedBecause(std::string_view value, Claim claim);

}  // namespace keysteward::detection
