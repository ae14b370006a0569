#include "http/beast/poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace keysteward::http {
namespace {

constexpr uint64_t kBellKey = 0;

uint32_t EventsOf(Interest interest) {
  switch (interest) {
    case Interest::kRead:
      return EPOLLIN;
    case Interest::kWrite:
      return EPOLLOUT;
    case Interest::kNone:
      break;
  }
  return 0;
}

bool Control(int epoll, int operation, int fd, uint64_t key, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  return epoll_ctl(epoll, operation, fd, &event) == 0;
}

// Rounded up, so that a deadline has passed when the wait for it ends.
int Milliseconds(Duration timeout) {
  constexpr Duration kLongest = std::chrono::hours(1);
  const Duration bounded = std::clamp(timeout, Duration::zero(), kLongest);
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(bounded).count());
}

}  // namespace

Result<Poller> Poller::Create() {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  const int bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  Poller poller(epoll, bell);
  if (epoll < 0 || bell < 0 || !Control(epoll, EPOLL_CTL_ADD, bell, kBellKey, EPOLLIN)) {
    return Error::Unavailable("epoll: " + std::generic_category().message(errno));
  }
  return Result<Poller>(std::move(poller));
}

Poller::~Poller() {
  if (bell_ >= 0) close(bell_);
  if (epoll_ >= 0) close(epoll_);
}

Poller::Poller(Poller&& other) noexcept
    : epoll_(std::exchange(other.epoll_, -1)), bell_(std::exchange(other.bell_, -1)) {}

bool Poller::Watch(int fd, uint64_t key, Interest interest) {
  return Control(epoll_, EPOLL_CTL_ADD, fd, key, EventsOf(interest));
}

bool Poller::Change(int fd, uint64_t key, Interest interest) {
  return Control(epoll_, EPOLL_CTL_MOD, fd, key, EventsOf(interest));
}

void Poller::Forget(int fd) { Control(epoll_, EPOLL_CTL_DEL, fd, 0, 0); }

const std::vector<Ready>& Poller::Wait(Duration timeout) {
  std::array<epoll_event, 128> events{};
  ready_.clear();
  const int count = epoll_wait(epoll_, events.data(), events.size(), Milliseconds(timeout));
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    if (event.data.u64 == kBellKey) {
      uint64_t rings = 0;
      [[maybe_unused]] const ssize_t drained = read(bell_, &rings, sizeof rings);
      continue;
    }
    ready_.push_back({event.data.u64, (event.events & (EPOLLERR | EPOLLHUP)) != 0});
  }
  return ready_;
}

void Poller::Ring() const {
  const uint64_t one = 1;
  // A full counter already wakes the reader.
  [[maybe_unused]] const ssize_t written = write(bell_, &one, sizeof one);
}

}  // namespace keysteward::http
