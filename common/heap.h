// Heap: what glibc's allocator does not do by itself for a process of many threads that should stay
// small.
//
// Both are no-ops where the C library is another one.
//
//   keysteward::LimitHeap();         // first thing in main
//   keysteward::ReturnFreeMemory();  // after a burst, such as the first listing
#pragma once

namespace keysteward {

// Threads share two arenas instead of eight a core: each arena keeps what was once freed in it.
// Blocks of a mebibyte and more are mapped apart and go back when they are freed, as does the free
// end of an arena from two on: glibc raises both limits to 32 and 64 MiB when it sees large blocks
// come and go. Called before the process has a second thread: the settings are not thread-safe.
void LimitHeap();
// Gives whole free pages inside the arenas back to the kernel; some milliseconds at most.
// Thread-safe.
void ReturnFreeMemory();

}  // namespace keysteward
