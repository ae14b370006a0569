// SocketPair: two connected sockets inside the process, without a port.
//
//   SocketPair pair;
//   pair.Write("x");              // on `far`
//   poller.Watch(pair.near(), 7, Interest::kRead);
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <utility>

namespace keysteward::http {

class SocketPair {
 public:
  SocketPair() {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds_) != 0) std::abort();
  }
  ~SocketPair() {
    close(fds_[0]);
    CloseFar();
  }
  SocketPair(const SocketPair&) = delete;
  SocketPair& operator=(const SocketPair&) = delete;

  int near() const { return fds_[0]; }
  void Write(std::string_view bytes) const {
    [[maybe_unused]] const ssize_t written = write(fds_[1], bytes.data(), bytes.size());
  }
  void CloseFar() {
    if (fds_[1] >= 0) close(std::exchange(fds_[1], -1));
  }

 private:
  int fds_[2] = {-1, -1};
};

}  // namespace keysteward::http
