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

// Whether the escapes of a text are what an encoder writes: no letter, digit or control character,
// unless all of the text is escaped. MyTundra%12 and Kitten%65 are passwords.
bool LooksPercentEncoded(std::string_view text);

// Nothing without an escape, or when a percent sign begins none.
std::optional<std::string> PercentDecode(std::string_view text);

}  // namespace keysteward::detection
