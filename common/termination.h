// Termination: SIGTERM and SIGINT as a stop token.
//
// The signals are blocked for the whole process and taken by one thread that waits for them, so no
// code runs in a signal handler. Make it first in main, before any other thread.
//
//   const Termination termination;
//   server->Run(termination.stop());
#pragma once

#include <stop_token>
#include <thread>

namespace keysteward {

class Termination {
 public:
  Termination();
  ~Termination();
  Termination(const Termination&) = delete;
  Termination& operator=(const Termination&) = delete;

  std::stop_token stop() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace keysteward
