// Digests and encodings over OpenSSL: SHA-256, HMAC-SHA256, hex.
//
//   Sha256Hex("abc") == "ba7816bf…"
//   const std::string id = HmacSha256Hex(cluster_key.view(), value.view()).substr(0, 16);
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace keysteward {

std::array<uint8_t, 32> Sha256(std::string_view bytes);
// Lower-case hex, 64 characters.
std::string Sha256Hex(std::string_view bytes);
std::string HmacSha256Hex(std::string_view key, std::string_view bytes);
// Lower-case hex of any bytes.
std::string ToHex(std::string_view bytes);

}  // namespace keysteward
