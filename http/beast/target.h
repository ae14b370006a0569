// The request target: which ones are refused, and what path and query the rest mean.
//
//   KS_ASSIGN_OR_RETURN(const Target target, ParseTarget("/v1/keys?limit=2"));
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace keysteward::http {

struct Target {
  std::string path;   // percent-decoded
  std::string query;  // as sent, without "?"
};

// Origin form only. kInvalidArgument for absolute, authority and asterisk form, an escape that is
// not two hex digits, an escaped slash, backslash or control character, "//", and "." or ".."
// segments, written plainly or escaped; the message is fixed text.
Result<Target> ParseTarget(std::string_view text);

// Decodes %XX. kInvalidArgument when an escape is malformed.
Result<std::string> PercentDecode(std::string_view text);

}  // namespace keysteward::http
