// Checksums that providers put into their tokens, so that a typing error is seen without asking.
//
// Pure functions.
//
//   Crc32Base62("abc")                       // what ends ghp_abc…
//   Bech32Checksum("age-secret-key-", data)  // what ends AGE-SECRET-KEY-1…
#pragma once

#include <string>
#include <string_view>

namespace keysteward::detection {

// CRC-32 (IEEE 802.3) of `text`, in base 62 (digits, upper, lower case), six characters.
std::string Crc32Base62(std::string_view text);

// The six lower-case characters that BIP 173 puts behind `data` (characters of its alphabet, in
// either case) for the human-readable `prefix`; empty when `data` holds another character.
std::string Bech32Checksum(std::string_view prefix, std::string_view data);

}  // namespace keysteward::detection
