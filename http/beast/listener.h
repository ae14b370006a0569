// Listener: a non-blocking listening TCP socket.
//
//   KS_ASSIGN_OR_RETURN(Listener listener, Listener::Open("::", 8443));
//   while (std::optional<Accepted> accepted = listener.Accept(status)) …
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/result.h"

namespace keysteward::http {

struct Accepted {
  int fd;            // non-blocking, owned by the caller
  std::string peer;  // numeric address; an IPv4 peer of an IPv6 socket reads as IPv4
};

// Not thread-safe.
class Listener {
 public:
  // `address` is numeric. "::" takes IPv4 too. kInvalidArgument or kUnavailable.
  static Result<Listener> Open(const std::string& address, uint16_t port);

  ~Listener() { Close(); }
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  Listener(const Listener&) = delete;

  enum class AcceptState {
    kAccepted,
    kNoneWaiting,
    kExhausted,  // no file descriptor or memory: try again later, the connection stays queued
  };
  AcceptState Accept(Accepted& accepted);

  void Close();
  int fd() const { return fd_; }
  uint16_t port() const { return port_; }

 private:
  Listener(int fd, uint16_t port) : fd_(fd), port_(port) {}

  int fd_;  // -1 when closed
  uint16_t port_;
};

}  // namespace keysteward::http
