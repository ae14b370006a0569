#include "tests/http/beast/raw_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

#include "tls/internal/openssl.h"

namespace keysteward::http {
namespace {

int Connect(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  timeval patience{RawClient::kPatience.count() / 1000, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

void Trust(SSL_CTX* context, const std::string& ca_pem) {
  const Result<tls::CertificateChain> chain = tls::CertificateChain::FromPem(ca_pem);
  for (const tls::Certificate& ca : chain->certificates()) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.native());
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

void Identify(SSL_CTX* context, const TlsSetting& setting) {
  const Result<tls::CertificateChain> chain =
      tls::CertificateChain::FromPem(setting.client_certificate_pem);
  const Result<tls::KeyPair> key = tls::KeyPair::FromPem(setting.client_key_pem);
  SSL_CTX_use_certificate(context, chain->leaf().native());
  SSL_CTX_use_PrivateKey(context, key->native());
}

std::shared_ptr<SSL> NewSession(const TlsSetting& setting) {
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  // Old protocol versions are to be offered, so that it is the server who refuses them.
  SSL_CTX_set_security_level(context.get(), 0);
  if (setting.min_version != 0) SSL_CTX_set_min_proto_version(context.get(), setting.min_version);
  if (setting.max_version != 0) SSL_CTX_set_max_proto_version(context.get(), setting.max_version);
  if (!setting.tls12_suites.empty()) {
    SSL_CTX_set_cipher_list(context.get(), setting.tls12_suites.c_str());
  }
  if (!setting.ca_pem.empty()) Trust(context.get(), setting.ca_pem);
  if (!setting.client_key_pem.empty()) Identify(context.get(), setting);
  std::shared_ptr<SSL> ssl(SSL_new(context.get()), SSL_free);
  if (!setting.alpn.empty()) {
    SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const unsigned char*>(setting.alpn.data()),
                        static_cast<unsigned>(setting.alpn.size()));
  }
  if (!setting.server_name.empty()) {
    SSL_set_tlsext_host_name(ssl.get(), setting.server_name.c_str());
    SSL_set1_host(ssl.get(), setting.server_name.c_str());
  }
  return ssl;
}

size_t ContentLength(const std::string& head) {
  const size_t at = head.find("Content-Length: ");
  size_t length = 0;
  if (at != std::string::npos) {
    std::from_chars(head.data() + at + 16, head.data() + head.size(), length);
  }
  return length;
}

}  // namespace

bool RawReply::Says(std::string_view header_line) const {
  return head.find("\r\n" + std::string(header_line) + "\r\n") != std::string::npos;
}

RawClient RawClient::Plain(uint16_t port) {
  RawClient client(Connect(port));
  client.connected_ = client.fd_ >= 0;
  return client;
}

RawClient RawClient::Tls(uint16_t port, const TlsSetting& setting) {
  RawClient client(Connect(port));
  if (client.fd_ < 0) return client;
  client.ssl_ = NewSession(setting);
  SSL_set_fd(client.ssl_.get(), client.fd_);
  client.connected_ = SSL_connect(client.ssl_.get()) == 1;
  ERR_clear_error();
  return client;
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      ssl_(std::move(other.ssl_)),
      connected_(other.connected_),
      input_(std::move(other.input_)) {}

RawClient::~RawClient() {
  ssl_.reset();
  if (fd_ >= 0) close(fd_);
}

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const long count = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                            : send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

long RawClient::ReadSome(char* out, size_t size) {
  ERR_clear_error();
  return ssl_ ? SSL_read(ssl_.get(), out, static_cast<int>(size)) : recv(fd_, out, size, 0);
}

RawReply RawClient::ReadReply() {
  char bytes[16 * 1024];
  while (true) {
    const size_t head_end = input_.find("\r\n\r\n");
    if (head_end != std::string::npos) {
      RawReply reply;
      reply.head = input_.substr(0, head_end + 4);
      const size_t length = ContentLength(reply.head);
      if (input_.size() >= head_end + 4 + length) {
        std::from_chars(reply.head.data() + 9, reply.head.data() + 12, reply.status);
        reply.body = input_.substr(head_end + 4, length);
        input_.erase(0, head_end + 4 + length);
        return reply;
      }
    }
    const long count = ReadSome(bytes, sizeof bytes);
    if (count <= 0) return {};
    input_.append(bytes, static_cast<size_t>(count));
  }
}

bool RawClient::Closed() {
  char bytes[16 * 1024];
  while (true) {
    errno = 0;
    if (ReadSome(bytes, sizeof bytes) <= 0) return errno != EAGAIN;
  }
}

bool RawClient::HasInput() const {
  pollfd now{fd_, POLLIN, 0};
  return (ssl_ && SSL_pending(ssl_.get()) > 0) || poll(&now, 1, 0) > 0;
}

void RawClient::EndWriting() {
  if (ssl_) SSL_shutdown(ssl_.get());
  shutdown(fd_, SHUT_WR);
}

std::string RawClient::server_fingerprint() const {
  X509* certificate = ssl_ ? SSL_get1_peer_certificate(ssl_.get()) : nullptr;
  return certificate == nullptr ? "" : tls::Certificate::Adopt(certificate).Fingerprint();
}

}  // namespace keysteward::http
