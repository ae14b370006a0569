#include "http/beast/client_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace keysteward::http {
namespace {

std::string SystemMessage(int code) {
  return std::error_code(code, std::system_category()).message();
}

socklen_t Fill(sockaddr_storage& out, const IpAddress& address, uint16_t port) {
  if (address.is_v6) {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&out);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    std::memcpy(&v6->sin6_addr, address.bytes.data(), 16);
    return sizeof(sockaddr_in6);
  }
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out);
  v4->sin_family = AF_INET;
  v4->sin_port = htons(port);
  std::memcpy(&v4->sin_addr, address.bytes.data(), 4);
  return sizeof(sockaddr_in);
}

// Before the request was written every failure but a cancel means "not sent".
Error NotReached(const Error& error) {
  return error.code == ErrorCode::kCancelled ? error : Error::Unavailable(error.message);
}

}  // namespace

ClientConnection::~ClientConnection() {
  SSL_free(ssl_);
  close(link_.socket);
}

Result<std::unique_ptr<ClientConnection>> ClientConnection::Dial(const IpAddress& address,
                                                                 uint16_t port, SSL_CTX* tls,
                                                                 const std::string& sni,
                                                                 SocketWait& wait) {
  const int socket =
      ::socket(address.is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return Error::Unavailable("socket: " + SystemMessage(errno));
  std::unique_ptr<ClientConnection> out(new ClientConnection(socket));
  if (const Result<void> done = out->Connect(address, port, wait); !done) {
    return NotReached(done.error()).WithContext("connect to " + address.ToString());
  }
  if (tls == nullptr) return out;
  if (const Result<void> done = out->Handshake(tls, sni, wait); !done) {
    return NotReached(done.error()).WithContext("TLS with " + address.ToString());
  }
  return out;
}

Result<void> ClientConnection::Connect(const IpAddress& address, uint16_t port, SocketWait& wait) {
  sockaddr_storage target{};
  const socklen_t size = Fill(target, address, port);
  const int on = 1;
  setsockopt(link_.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (connect(link_.socket, reinterpret_cast<sockaddr*>(&target), size) == 0) return {};
  if (errno != EINPROGRESS) return Error::Unavailable(SystemMessage(errno));
  KS_RETURN_IF_ERROR(wait.For(link_.socket, POLLOUT));
  int code = 0;
  socklen_t length = sizeof(code);
  getsockopt(link_.socket, SOL_SOCKET, SO_ERROR, &code, &length);
  if (code != 0) return Error::Unavailable(SystemMessage(code));
  return {};
}

Result<void> ClientConnection::Handshake(SSL_CTX* tls, const std::string& sni, SocketWait& wait) {
  ssl_ = SSL_new(tls);
  BIO* bio = ssl_ ? NewSocketBio(link_) : nullptr;
  if (bio == nullptr) return Error::Internal("TLS library is out of memory");
  SSL_set_bio(ssl_, bio, bio);
  link_.wait = &wait;
  if (!sni.empty()) SSL_set_tlsext_host_name(ssl_, sni.c_str());
  while (true) {
    ERR_clear_error();
    const int outcome = SSL_connect(ssl_);
    if (outcome == 1) return {};
    KS_RETURN_IF_ERROR(AwaitTls(outcome, wait));
  }
}

Result<void> ClientConnection::AwaitTls(int outcome, SocketWait& wait) {
  switch (SSL_get_error(ssl_, outcome)) {
    case SSL_ERROR_WANT_READ:
      return wait.For(link_.socket, POLLIN);
    case SSL_ERROR_WANT_WRITE:
      return wait.For(link_.socket, POLLOUT);
    case SSL_ERROR_SYSCALL:
      return Error::Unavailable(errno != 0 ? SystemMessage(errno) : "connection was cut");
    default:
      return TlsFailure();
  }
}

Error ClientConnection::TlsFailure() const {
  const long verified = SSL_get_verify_result(ssl_);
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (verified != X509_V_OK && SSL_get_verify_mode(ssl_) != SSL_VERIFY_NONE) {
    return Error::Unavailable(std::string("certificate is refused: ") +
                              X509_verify_cert_error_string(verified));
  }
  const char* reason = ERR_reason_error_string(code);
  return Error::Unavailable(reason ? reason : "connection was cut");
}

Result<void> ClientConnection::Write(std::string_view bytes, SocketWait& wait) {
  link_.wait = &wait;
  while (!bytes.empty()) {
    size_t wrote = 0;
    if (ssl_) {
      ERR_clear_error();
      errno = 0;
      const int outcome = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &wrote);
      if (outcome != 1) KS_RETURN_IF_ERROR(AwaitTls(outcome, wait));
    } else {
      const ssize_t sent = send(link_.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) return Error::Unavailable(SystemMessage(errno));
      if (sent < 0) KS_RETURN_IF_ERROR(wait.For(link_.socket, POLLOUT));
      wrote = sent < 0 ? 0 : static_cast<size_t>(sent);
    }
    bytes.remove_prefix(wrote);
  }
  return {};
}

Result<size_t> ClientConnection::Read(char* out, size_t size, SocketWait& wait) {
  link_.wait = &wait;
  while (true) {
    // Data that never ends must not hide the end of the call.
    if (wait.IsOver()) KS_RETURN_IF_ERROR(wait.For(link_.socket, POLLIN));
    if (ssl_) {
      ERR_clear_error();
      errno = 0;
      size_t got = 0;
      const int outcome = SSL_read_ex(ssl_, out, size, &got);
      if (outcome == 1) return got;
      if (SSL_get_error(ssl_, outcome) == SSL_ERROR_ZERO_RETURN) return size_t{0};
      KS_RETURN_IF_ERROR(AwaitTls(outcome, wait));
    } else {
      const ssize_t got = recv(link_.socket, out, size, 0);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EAGAIN) return Error::Unavailable(SystemMessage(errno));
      KS_RETURN_IF_ERROR(wait.For(link_.socket, POLLIN));
    }
  }
}

bool ClientConnection::IsQuiet() {
  link_.wait = nullptr;
  if (ssl_ && SSL_pending(ssl_) > 0) return false;
  pollfd ready{.fd = link_.socket, .events = POLLIN, .revents = 0};
  return poll(&ready, 1, 0) == 0;
}

}  // namespace keysteward::http
