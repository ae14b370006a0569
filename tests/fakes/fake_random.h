// FakeRandom: a repeatable stream from a seed (SplitMix64). Thread-safe.
#pragma once

#include "common/mutex.h"
#include "common/random.h"

namespace keysteward {

class FakeRandom final : public Random {
 public:
  explicit FakeRandom(uint64_t seed = 1) : state_(seed) {}

  void Fill(std::span<std::byte> out) override;

 private:
  Mutex mutex_;
  uint64_t state_ GUARDED_BY(mutex_);
};

}  // namespace keysteward
