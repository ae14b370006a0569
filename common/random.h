// Random: unpredictable bytes, injected so that tests are repeatable. Implementations are
// thread-safe.
//
//   std::array<std::byte, 16> id;
//   random.Fill(id);
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace keysteward {

class Random {
 public:
  virtual ~Random() = default;

  // Fills `out` with bytes fit for keys.
  virtual void Fill(std::span<std::byte> out) = 0;

  // Uniform in [0, bound). Precondition: bound > 0.
  uint64_t Below(uint64_t bound);
  // Uniform in [0, 1).
  double Unit();
  // `count` characters drawn from `alphabet` without bias. Precondition: 1 ≤ alphabet.size() ≤ 256.
  std::string Text(size_t count, std::string_view alphabet);
};

// From the operating system through OpenSSL. Aborts when no entropy can be had: going on would
// issue guessable keys.
class SystemRandom final : public Random {
 public:
  void Fill(std::span<std::byte> out) override;
};

}  // namespace keysteward
