#include "tests/fakes/fake_random.h"

namespace keysteward {

void FakeRandom::Fill(std::span<std::byte> out) {
  MutexLock lock(mutex_);
  for (std::byte& byte : out) {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t mixed = state_;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    byte = static_cast<std::byte>(mixed >> 56);
  }
}

}  // namespace keysteward
