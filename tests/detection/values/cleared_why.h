// Why: the reason that a value is cleared for, "accused" when none clears it.
#pragma once

#include <string>
#include <string_view>

#include "detection/values/clearing.h"

namespace keysteward::detection {

inline std::string Why(std::string_view value, Claim claim = Claim::kNamed) {
  return std::string(ClearedBecause(value, claim).value_or("accused"));
}

}  // namespace keysteward::detection
