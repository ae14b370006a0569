// ClientConnection: one TCP or TLS connection to an address that was chosen before, with
// non-blocking reads and writes bounded by a SocketWait.
//
//   KS_ASSIGN_OR_RETURN(auto connection, ClientConnection::Dial(address, port, tls, wait));
//   KS_RETURN_IF_ERROR(connection->Write(bytes, wait));
//   KS_ASSIGN_OR_RETURN(const size_t got, connection->Read(buffer, sizeof(buffer), wait));
#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"
#include "http/address_policy.h"
#include "http/beast/socket_bio.h"
#include "http/beast/socket_wait.h"

namespace keysteward::http {

// Not thread-safe.
class ClientConnection {
 public:
  // `tls` may be null: plain TCP; `sni` "" sends none. Handshake included. Errors: kCancelled;
  // kUnavailable with the reason, such as why a certificate is refused.
  static Result<std::unique_ptr<ClientConnection>> Dial(const IpAddress& address, uint16_t port,
                                                        SSL_CTX* tls, const std::string& sni,
                                                        SocketWait& wait);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  // All of it. kCancelled, kDeadlineExceeded, kUnavailable when the server is gone.
  Result<void> Write(std::string_view bytes, SocketWait& wait);
  // At least one byte, or 0 at an orderly end (over TLS: close_notify). Errors as Write; a TCP end
  // without close_notify is an error, because anybody on the path can make one.
  Result<size_t> Read(char* out, size_t size, SocketWait& wait);

  // Whether the idle connection may carry another request: open, and nothing unasked arrived.
  bool IsQuiet();
  bool was_used() const { return was_used_; }
  void set_used(MonoTime now) {
    was_used_ = true;
    last_used_ = now;
  }
  MonoTime last_used() const { return last_used_; }

 private:
  explicit ClientConnection(int socket) : link_{.socket = socket} {}
  Result<void> Connect(const IpAddress& address, uint16_t port, SocketWait& wait);
  Result<void> Handshake(SSL_CTX* tls, const std::string& sni, SocketWait& wait);
  Result<void> AwaitTls(int outcome, SocketWait& wait);
  Error TlsFailure() const;

  SocketLink link_;
  SSL* ssl_ = nullptr;
  bool was_used_ = false;
  MonoTime last_used_{};
};

}  // namespace keysteward::http
