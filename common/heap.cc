#include "common/heap.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace keysteward {

void LimitHeap() {
#ifdef __GLIBC__
  // NOLINTBEGIN(concurrency-mt-unsafe): before the second thread
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 2 << 20);
  // NOLINTEND(concurrency-mt-unsafe)
#endif
}

void ReturnFreeMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace keysteward
