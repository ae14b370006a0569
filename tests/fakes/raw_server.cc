#include "tests/fakes/raw_server.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace keysteward {
namespace {

void Require(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::abort();
}

template <typename T, typename Read>
T* FromPem(const std::string& pem, Read read) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  T* out = read(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  Require(out != nullptr, "PEM");
  return out;
}

size_t ContentLength(std::string_view head) {
  constexpr std::string_view kName = "Content-Length:";
  size_t at = head.find(kName);
  if (at == std::string_view::npos) return 0;
  at = head.find_first_not_of(' ', at + kName.size());
  size_t length = 0;
  std::from_chars(head.data() + at, head.data() + head.size(), length);
  return length;
}

}  // namespace

std::string RawReply(std::string_view status, std::string_view body, std::string_view extra) {
  std::string out = "HTTP/1.1 ";
  out.append(status).append("\r\nContent-Length: ").append(std::to_string(body.size()));
  return out.append("\r\n").append(extra).append("\r\n").append(body);
}

std::string RawChunk(std::string_view bytes) {
  char size[20];
  std::snprintf(size, sizeof(size), "%zx\r\n", bytes.size());
  return std::string(size).append(bytes).append("\r\n");
}

struct RawServer::Context {
  SSL_CTX* tls = nullptr;
  ~Context() { SSL_CTX_free(tls); }

  void Load(const TestIdentity& identity, const std::string& client_ca_pem) {
    tls = SSL_CTX_new(TLS_server_method());
    X509* certificate = FromPem<X509>(identity.certificate_pem, PEM_read_bio_X509);
    EVP_PKEY* key = FromPem<EVP_PKEY>(identity.key_pem, PEM_read_bio_PrivateKey);
    SSL_CTX_use_certificate(tls, certificate);
    Require(SSL_CTX_use_PrivateKey(tls, key) == 1, "server key");
    X509_free(certificate);
    EVP_PKEY_free(key);
    if (client_ca_pem.empty()) return;
    X509* ca = FromPem<X509>(client_ca_pem, PEM_read_bio_X509);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), ca);
    X509_free(ca);
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
};

struct RawConnection::Tls {
  SSL* ssl = nullptr;
  ~Tls() { SSL_free(ssl); }
};

RawConnection::RawConnection(RawServer& server, int socket, int number)
    : server_(server), socket_(socket), number_(number) {}

RawConnection::~RawConnection() { tls_.reset(); }

bool RawConnection::Handshake() {
  if (!server_.context_->tls) return true;
  tls_ = std::make_unique<Tls>();
  tls_->ssl = SSL_new(server_.context_->tls);
  SSL_set_fd(tls_->ssl, socket_);
  const bool done = SSL_accept(tls_->ssl) == 1;
  ERR_clear_error();
  return done;
}

int RawConnection::ReadSome(char* out, int size) {
  const int got = tls_ ? SSL_read(tls_->ssl, out, size)
                       : static_cast<int>(recv(socket_, out, static_cast<size_t>(size), 0));
  ERR_clear_error();
  return got;
}

std::optional<std::string> RawConnection::ReadRequest() {
  char piece[16384];
  while (true) {
    const size_t end = buffer_.find("\r\n\r\n");
    if (end != std::string::npos) {
      const size_t total = end + 4 + ContentLength(std::string_view(buffer_).substr(0, end + 2));
      if (buffer_.size() >= total) {
        std::string request = buffer_.substr(0, total);
        buffer_.erase(0, total);
        server_.Record(request);
        return request;
      }
    }
    const int got = ReadSome(piece, sizeof(piece));
    if (got <= 0) return std::nullopt;
    buffer_.append(piece, static_cast<size_t>(got));
  }
}

bool RawConnection::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t size = std::min<size_t>(bytes.size(), 1 << 20);
    const auto wrote =
        tls_ ? static_cast<ssize_t>(SSL_write(tls_->ssl, bytes.data(), static_cast<int>(size)))
             : send(socket_, bytes.data(), size, MSG_NOSIGNAL);
    ERR_clear_error();
    if (wrote <= 0) return false;
    server_.bytes_written_ += static_cast<uint64_t>(wrote);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return true;
}

bool RawConnection::KeyUpdate() {
  const bool sent = SSL_key_update(tls_->ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
                    SSL_do_handshake(tls_->ssl) == 1;
  ERR_clear_error();
  return sent;
}

void RawConnection::Close(bool with_notify) {
  if (tls_ && with_notify) SSL_shutdown(tls_->ssl);
  ERR_clear_error();
  shutdown(socket_, SHUT_RDWR);
}

void RawConnection::WaitClosed() {
  char piece[1024];
  while (ReadSome(piece, sizeof(piece)) > 0) {
  }
}

bool RawConnection::Pause(std::chrono::milliseconds time) {
  pollfd closed{.fd = socket_, .events = 0, .revents = 0};
  poll(&closed, 1, static_cast<int>(time.count()));
  return !server_.stopping_;
}

bool RawConnection::server_stopping() const { return server_.stopping(); }

RawServer::RawServer(std::optional<TestIdentity> identity, Script script, std::string client_ca_pem)
    : script_(std::move(script)), context_(std::make_unique<Context>()) {
  // OpenSSL writes with write(2), which raises it when the client is gone.
  std::signal(SIGPIPE, SIG_IGN);
  if (identity) context_->Load(*identity, client_ca_pem);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  Require(bind(listener_, generic, size) == 0 && listen(listener_, 64) == 0, "listen");
  getsockname(listener_, generic, &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

RawServer::~RawServer() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  std::list<std::thread> threads;
  {
    MutexLock lock(mutex_);
    for (const int open : open_) shutdown(open, SHUT_RDWR);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
  close(listener_);
}

std::string RawServer::Url(std::string_view host) const {
  return std::string(context_->tls ? "https://" : "http://")
      .append(host)
      .append(":")
      .append(std::to_string(port_));
}

std::vector<std::string> RawServer::Seen() const {
  MutexLock lock(mutex_);
  return seen_;
}

void RawServer::Record(std::string request) {
  MutexLock lock(mutex_);
  seen_.push_back(std::move(request));
}

void RawServer::Accept() {
  while (!stopping_) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    MutexLock lock(mutex_);
    open_.push_back(socket);
    threads_.emplace_back([this, socket, number = ++connections_] { Serve(socket, number); });
  }
}

void RawServer::Serve(int socket, int number) {
  {
    RawConnection connection(*this, socket, number);
    if (connection.Handshake()) script_(connection);
  }
  MutexLock lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), socket));
  close(socket);
}

}  // namespace keysteward
