#include "detection/values/checksums.h"

#include <cstdint>
#include <vector>

#include "common/strings.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kBech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr size_t kDigits = 6;

uint32_t Crc32(std::string_view text) {
  uint32_t crc = 0xFFFFFFFFu;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

// The BCH code of BIP 173 over five-bit values.
uint32_t Bech32Polymod(const std::vector<uint8_t>& values) {
  constexpr uint32_t kGenerator[] = {0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3};
  uint32_t sum = 1;
  for (const uint8_t value : values) {
    const uint32_t top = sum >> 25;
    sum = (sum & 0x1FFFFFF) << 5 ^ value;
    for (int i = 0; i < 5; ++i) {
      if ((top >> i & 1u) != 0) sum ^= kGenerator[i];
    }
  }
  return sum;
}

}  // namespace

std::string Crc32Base62(std::string_view text) {
  uint32_t rest = Crc32(text);
  std::string digits(kDigits, '0');
  for (size_t i = kDigits; i-- > 0; rest /= 62) digits[i] = kBase62[rest % 62];
  return digits;
}

std::string Bech32Checksum(std::string_view prefix, std::string_view data) {
  std::vector<uint8_t> values;
  for (const char c : prefix) values.push_back(static_cast<uint8_t>(c) >> 5);
  values.push_back(0);
  for (const char c : prefix) values.push_back(c & 31);
  for (const char c : ToLower(data)) {
    const size_t digit = kBech32.find(c);
    if (digit == std::string_view::npos) return "";
    values.push_back(static_cast<uint8_t>(digit));
  }
  values.insert(values.end(), kDigits, 0);
  const uint32_t sum = Bech32Polymod(values) ^ 1u;
  std::string checksum;
  for (size_t i = 0; i < kDigits; ++i) checksum += kBech32[sum >> 5 * (kDigits - 1 - i) & 31];
  return checksum;
}

}  // namespace keysteward::detection
