// Examples of rules: templates, so that no file holds anything that looks like a key.
//
// {alnum:24} is 24 characters of a class, {crc32} the checksum of what follows the last '_',
// {bech32sum} that of BIP 173, {b64:text} the base64 of a text and {b64url:text} without padding,
// {der:300} the base64 of a private key's ASN.1, {jwt} a signed token, \n a line break. The same
// template and seed always give the same value. Pure.
//
//   KS_ASSIGN_OR_RETURN(const std::string value, MakeExample("ghp_{alnum:30}{crc32}", 1));
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"

namespace keysteward::detection {

// Errors: kInvalidArgument for an unknown class, a count that is none or too much, or too many
// templates inside templates. A rule file may be anyone's.
Result<std::string> MakeExample(std::string_view text, uint64_t seed);

}  // namespace keysteward::detection
