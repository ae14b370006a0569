// Confidence: how sure a finding or a rule is; a policy says what each level leads to.
//
//   ConfidenceName(Confidence::kHigh)   // "High"
#pragma once

#include <cstdint>
#include <string_view>

namespace keysteward::detection {

enum class Confidence : uint8_t { kLow, kMedium, kHigh };

// "Low", "Medium", "High".
std::string_view ConfidenceName(Confidence confidence);

}  // namespace keysteward::detection
