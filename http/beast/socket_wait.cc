#include "http/beast/socket_wait.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace keysteward::http {

SocketWait::SocketWait(const Clock& clock, std::stop_token stop, MonoTime deadline)
    : clock_(clock), stop_(std::move(stop)), deadline_(deadline) {
  if (!stop_.stop_possible()) return;
  event_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  callback_.emplace(stop_, Wake{event_});
}

SocketWait::~SocketWait() {
  callback_.reset();  // waits for a callback that is running
  if (event_ >= 0) close(event_);
}

void SocketWait::Wake::operator()() const noexcept { eventfd_write(event, 1); }

Result<void> SocketWait::For(int socket, short events) {
  while (true) {
    if (stop_.stop_requested()) return Error::Cancelled("call cancelled");
    const Duration left = deadline_ - clock_.MonoNow();
    if (left <= Duration::zero()) return Error::DeadlineExceeded("out of time");
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    // Without a stop event (no descriptor left) the token is looked at four times a second.
    const int64_t most = event_ < 0 && stop_.stop_possible() ? 250 : 60'000;
    pollfd fds[2] = {{.fd = socket, .events = events, .revents = 0},
                     {.fd = event_, .events = POLLIN, .revents = 0}};
    const int ready = poll(fds, 2, static_cast<int>(std::min<int64_t>(whole, most)));
    if (ready > 0 && fds[0].revents != 0) return {};
    if (ready < 0 && errno != EINTR) return Error::Internal("poll failed");
  }
}

}  // namespace keysteward::http
