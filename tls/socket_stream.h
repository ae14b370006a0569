// SocketStream: bytes over one non-blocking socket, plain or TLS behind the same face.
//
// No call waits: each does what can be done now and says what to wait for. Not thread-safe.
//
//   const IoResult got = stream.Read(buffer);
//   if (got.status == IoStatus::kWantRead) ...;   // come back when the socket is readable
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace keysteward::tls {

enum class IoStatus {
  kDone,       // `bytes` were moved, at least one
  kWantRead,   // nothing done; again when readable
  kWantWrite,  // nothing done; again when writable
  kClosed,     // the peer ended its side in order
  kFailed,     // broken; only destruction is left
};

struct IoResult {
  IoStatus status = IoStatus::kFailed;
  size_t bytes = 0;
};

class SocketStream {
 public:
  virtual ~SocketStream() = default;  // closes the socket

  // kDone when reading and writing may begin.
  virtual IoStatus Handshake() = 0;
  virtual IoResult Read(std::span<char> out) = 0;
  // Precondition: not empty. Some leading bytes may be taken.
  virtual IoResult Write(std::string_view bytes) = 0;
  // Tells the peer that nothing more will be sent; reading goes on. Best effort.
  virtual void EndWriting() = 0;

  // Common name of the verified peer certificate, or "".
  virtual std::string PeerName() const = 0;
  virtual int fd() const = 0;
};

// Takes over the socket.
std::unique_ptr<SocketStream> MakePlainStream(int fd);

}  // namespace keysteward::tls
