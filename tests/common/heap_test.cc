#include "common/heap.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "tests/common/sanitized.h"

namespace keysteward {
namespace {

// Resident bytes of this process; 0 where the kernel does not tell.
size_t ResidentBytes() {
  FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  size_t total = 0;
  size_t resident = 0;
  const int read = std::fscanf(file, "%zu %zu", &total, &resident);
  std::fclose(file);
  return read == 2 ? resident * static_cast<size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

TEST(Heap, ReturnsWhatABurstOfSmallObjectsLeftBehind) {
  constexpr size_t kObjects = 200'000;
  constexpr size_t kBytes = 256;
  std::vector<std::unique_ptr<char[]>> objects;
  std::unique_ptr<char[]> last;
  for (size_t i = 0; i < kObjects; ++i) {
    objects.push_back(std::make_unique<char[]>(kBytes));
  }
  // Something at the top that stays keeps the allocator from shrinking by itself.
  last = std::make_unique<char[]>(kBytes);
  const size_t full = ResidentBytes();
  if (full == 0) GTEST_SKIP() << "no /proc";
  objects.clear();
  ReturnFreeMemory();
#ifdef __GLIBC__
  if (RunsUnderSanitizer()) GTEST_SKIP() << "the sanitizer's allocator is not glibc's";
  EXPECT_LT(ResidentBytes(), full - kObjects * kBytes / 2);
#endif
}

TEST(Heap, WorksOnAfterItsArenasWereLimited) {
  LimitHeap();
  const auto bytes = std::make_unique<char[]>(1 << 20);
  EXPECT_NE(bytes, nullptr);
  ReturnFreeMemory();
}

}  // namespace
}  // namespace keysteward
