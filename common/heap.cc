#include "common/heap.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace keysteward {

void LimitHeapArenas() {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe): before the second thread
#endif
}

void ReturnFreeMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace keysteward
