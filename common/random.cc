#include "common/random.h"

#include <openssl/rand.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace keysteward {

uint64_t Random::Below(uint64_t bound) {
  // Values at or above the largest multiple of bound are drawn again, or small results would win.
  const uint64_t limit =
      std::numeric_limits<uint64_t>::max() - std::numeric_limits<uint64_t>::max() % bound;
  while (true) {
    std::array<std::byte, sizeof(uint64_t)> bytes;
    Fill(bytes);
    uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    if (value < limit) return value % bound;
  }
}

double Random::Unit() {
  constexpr uint64_t kMantissa = uint64_t{1} << 53;
  return static_cast<double>(Below(kMantissa)) / static_cast<double>(kMantissa);
}

std::string Random::Text(size_t count, std::string_view alphabet) {
  std::string text;
  text.reserve(count);
  for (size_t i = 0; i < count; ++i) text += alphabet[Below(alphabet.size())];
  return text;
}

void SystemRandom::Fill(std::span<std::byte> out) {
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())) != 1) {
    std::abort();
  }
}

}  // namespace keysteward
