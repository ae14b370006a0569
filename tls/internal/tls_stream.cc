#include "tls/internal/tls_stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "tls/certificate.h"
#include "tls/internal/openssl.h"

namespace keysteward::tls {
namespace {

using OwnedSsl = Owned<SSL, SSL_free>;

// Key updates cost us a key schedule each; a sane client needs one in 2^24 records.
constexpr int kMaxPostHandshakeMessages = 32;

class TlsStream final : public SocketStream {
 public:
  TlsStream(OwnedSsl ssl, int fd) : ssl_(std::move(ssl)), fd_(fd) {
    SSL_set_app_data(ssl_.get(), this);
  }
  ~TlsStream() override {
    ssl_.reset();
    close(fd_);
  }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  IoStatus Handshake() override {
    ERR_clear_error();
    const int code = SSL_accept(ssl_.get());
    established_ = code == 1;
    return established_ ? IoStatus::kDone : StatusOf(code);
  }

  IoResult Read(std::span<char> out) override {
    ERR_clear_error();
    const int code =
        SSL_read(ssl_.get(), out.data(), static_cast<int>(std::min<size_t>(out.size(), INT_MAX)));
    if (post_handshake_messages_ > kMaxPostHandshakeMessages) return {IoStatus::kFailed, 0};
    if (code > 0) return {IoStatus::kDone, static_cast<size_t>(code)};
    return {StatusOf(code), 0};
  }

  IoResult Write(std::string_view bytes) override {
    ERR_clear_error();
    const int code = SSL_write(ssl_.get(), bytes.data(),
                               static_cast<int>(std::min<size_t>(bytes.size(), INT_MAX)));
    if (code > 0) return {IoStatus::kDone, static_cast<size_t>(code)};
    return {StatusOf(code), 0};
  }

  void EndWriting() override {
    ERR_clear_error();
    if (!failed_ && established_) SSL_shutdown(ssl_.get());
    ERR_clear_error();
    shutdown(fd_, SHUT_WR);
  }

  std::string PeerName() const override {
    X509* certificate = SSL_get1_peer_certificate(ssl_.get());
    return certificate == nullptr ? "" : Certificate::Adopt(certificate).common_name();
  }

  int fd() const override { return fd_; }

  void CountHandshakeMessage() {
    if (established_) ++post_handshake_messages_;
  }

 private:
  IoStatus StatusOf(int code) {
    switch (SSL_get_error(ssl_.get(), code)) {
      case SSL_ERROR_WANT_READ:
        return IoStatus::kWantRead;
      case SSL_ERROR_WANT_WRITE:
        return IoStatus::kWantWrite;
      case SSL_ERROR_ZERO_RETURN:
        return IoStatus::kClosed;
      default:
        failed_ = true;  // after this the library forbids a shutdown
        ERR_clear_error();
        return IoStatus::kFailed;
    }
  }

  OwnedSsl ssl_;
  const int fd_;
  int post_handshake_messages_ = 0;
  bool established_ = false;
  bool failed_ = false;
};

// OpenSSL calls this for each protocol message; `write` is 0 for what the peer sent.
void OnMessage(int write, int, int content_type, const void*, size_t, SSL* ssl, void*) {
  if (write != 0 || content_type != SSL3_RT_HANDSHAKE) return;
  auto* stream = static_cast<TlsStream*>(SSL_get_app_data(ssl));
  if (stream != nullptr) stream->CountHandshakeMessage();
}

}  // namespace

void LimitPostHandshakeMessages(SSL_CTX* context) { SSL_CTX_set_msg_callback(context, OnMessage); }

std::unique_ptr<SocketStream> MakeTlsStream(SSL_CTX* context, int fd) {
  OwnedSsl ssl(SSL_new(context));
  if (!ssl || SSL_set_fd(ssl.get(), fd) != 1) {
    ERR_clear_error();
    close(fd);
    return nullptr;
  }
  return std::make_unique<TlsStream>(std::move(ssl), fd);
}

}  // namespace keysteward::tls
