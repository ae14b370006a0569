// The one thread on which everything happens to cpprestsdk's connections.
//
// Its sockets and contexts are not made for two threads: a call that was cancelled from outside
// closed a socket while one of the library's threads began to read from it, which ended the
// process. So requests are started, continued and cancelled on this thread, and its tasks run at
// once where they are started instead of on a pool: none of them waits for another one.
//
//   OnLibraryThread([cancel] { cancel.cancel(); });
#pragma once

#include <functional>

namespace keysteward::http {

// Starts the thread unless a former call did; it lives until the process ends. Comes before any use
// of the library in this process.
void StartLibraryThread();

// Runs `work` there, after what was posted before; thread-safe. `work` does not throw.
void OnLibraryThread(std::function<void()> work);

}  // namespace keysteward::http
