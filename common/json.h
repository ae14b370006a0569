// ParseJson: untrusted bytes to a JSON tree, bounded before any tree is built.
//
//   KS_ASSIGN_OR_RETURN(const nlohmann::json reply, ParseJson(body));
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "common/result.h"

namespace keysteward {

// Deepest nesting accepted in any JSON or YAML document.
inline constexpr size_t kMaxDocumentDepth = 100;

// kInvalidArgument with the byte offset for malformed text (of a duplicate key the last value
// wins); kTooLarge when nested deeper than kMaxDocumentDepth. The message never quotes the input.
Result<nlohmann::json> ParseJson(std::string_view text);

// One stable text per value: keys sorted, no white space, UTF-8 kept; invalid UTF-8 is
// replaced rather than thrown.
std::string DumpJson(const nlohmann::json& value);

}  // namespace keysteward
