// PercentDecode: a text written for a URL, `p%40ss` for `p@ss`.
//
// Pure function.
//
//   PercentDecode("s3%2Fcret")  // "s3/cret"
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace keysteward::detection {

// Nothing without an escape, or when a percent sign begins none.
std::optional<std::string> PercentDecode(std::string_view text);

}  // namespace keysteward::detection
