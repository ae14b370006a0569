// Poller: epoll for one thread, and a bell that other threads ring.
//
//   poller.Watch(fd, key, Interest::kRead);
//   for (const Ready& ready : poller.Wait(200ms)) …
#pragma once

#include <cstdint>
#include <vector>

#include "common/clock.h"
#include "common/result.h"

namespace keysteward::http {

enum class Interest { kNone, kRead, kWrite };

struct Ready {
  uint64_t key;
  bool broken;  // hung up or failed: reading and writing are over
};

class Poller {
 public:
  static Result<Poller> Create();
  ~Poller();
  Poller(Poller&& other) noexcept;
  Poller& operator=(Poller&&) = delete;
  Poller(const Poller&) = delete;

  // Precondition: key != 0. Level-triggered. False when the kernel refuses.
  bool Watch(int fd, uint64_t key, Interest interest);
  bool Change(int fd, uint64_t key, Interest interest);
  void Forget(int fd);

  // What became ready within `timeout`; empty when nothing did or only the bell rang.
  const std::vector<Ready>& Wait(Duration timeout);

  // Ends a Wait; thread-safe and safe before Wait begins.
  void Ring() const;

 private:
  Poller(int epoll, int bell) : epoll_(epoll), bell_(bell) {}

  int epoll_;
  int bell_;
  std::vector<Ready> ready_;
};

}  // namespace keysteward::http
