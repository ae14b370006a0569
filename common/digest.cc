#include "common/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <cstdlib>

namespace keysteward {

std::array<uint8_t, 32> Sha256(std::string_view bytes) {
  std::array<uint8_t, 32> digest{};
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

std::string Sha256Hex(std::string_view bytes) {
  const std::array<uint8_t, 32> digest = Sha256(bytes);
  return ToHex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string HmacSha256Hex(std::string_view key, std::string_view bytes) {
  std::array<uint8_t, 32> mac{};
  unsigned int length = 0;
  // OpenSSL takes a null key for "the key of the call before" and fails.
  const char* key_data = key.empty() ? "" : key.data();
  const uint8_t* done =
      HMAC(EVP_sha256(), key_data, static_cast<int>(key.size()),
           reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), mac.data(), &length);
  if (done == nullptr) std::abort();  // going on would give every value the same digest
  return ToHex({reinterpret_cast<const char*>(mac.data()), length});
}

std::string ToHex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

}  // namespace keysteward
