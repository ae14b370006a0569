// Base64 as in RFC 4648 §4 (standard alphabet, padded), the form of Secret.data.
//
//   Base64Decode(Base64Encode("abc")).value() == "abc"
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace keysteward {

std::string Base64Encode(std::string_view bytes);
// Strict: wrong alphabet, length, padding or left-over bits are kInvalidArgument with the offset
// and without the text. Accepts no line breaks.
Result<std::string> Base64Decode(std::string_view text);

}  // namespace keysteward
