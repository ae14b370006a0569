// Heap: the two things glibc's allocator does not do by itself for a process of many threads that
// should stay small.
//
// Both are no-ops where the C library is another one.
//
//   keysteward::LimitHeapArenas();   // first thing in main
//   keysteward::ReturnFreeMemory();  // after a burst, such as the first listing
#pragma once

namespace keysteward {

// Threads share two arenas instead of eight a core: each arena keeps what was once freed in it.
// Called before the process has a second thread: glibc's setting is not thread-safe.
void LimitHeapArenas();
// Gives whole free pages back to the kernel; some milliseconds at most. Thread-safe.
void ReturnFreeMemory();

}  // namespace keysteward
