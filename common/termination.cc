#include "common/termination.h"

#include <csignal>
#include <ctime>

namespace keysteward {
namespace {

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

Termination::Termination() {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter_ = std::jthread([source = source_](const std::stop_token& ending) mutable {
    const sigset_t wanted = Signals();
    const timespec look_again{0, 200'000'000};
    while (!ending.stop_requested()) {
      if (sigtimedwait(&wanted, nullptr, &look_again) > 0) source.request_stop();
    }
  });
}

Termination::~Termination() { waiter_.request_stop(); }

}  // namespace keysteward
