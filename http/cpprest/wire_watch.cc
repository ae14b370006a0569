#include "http/cpprest/wire_watch.h"

#include <openssl/ssl.h>
#include <poll.h>

namespace keysteward::http {

void WireWatch::Begin() {
  abandoned_ = false;
  request_left_ = false;
  over_limit_ = false;
  in_header_ = true;
  received_ = 0;
  limit_ = kHeaderWireLimit;
  SetCertificateError("");
}

void WireWatch::EnterBody(size_t limit) {
  limit_ = limit;
  received_ = 0;
  in_header_ = false;
}

std::string WireWatch::certificate_error() const {
  MutexLock lock(mutex_);
  return certificate_error_;
}

void WireWatch::SetCertificateError(std::string text) {
  MutexLock lock(mutex_);
  certificate_error_ = std::move(text);
}

void WireWatch::Attach(SSL_CTX* context, WireWatch& watch) {
  SSL_CTX_set_msg_callback(context, &WireWatch::OnMessage);
  SSL_CTX_set_msg_callback_arg(context, &watch);
  SSL_CTX_set_cert_verify_callback(context, &WireWatch::OnVerify, &watch);
}

bool WireWatch::HasUnexpectedInput(SSL* ssl, int socket) {
  if (SSL_pending(ssl) > 0 || BIO_ctrl_pending(SSL_get_rbio(ssl)) > 0) return true;
  pollfd ready{.fd = socket, .events = POLLIN, .revents = 0};
  return poll(&ready, 1, 0) != 0;
}

void WireWatch::OnMessage(int written, int version, int content_type, const void* bytes,
                          size_t size, SSL* ssl, void* self) {
  auto& watch = *static_cast<WireWatch*>(self);
  const auto* octets = static_cast<const unsigned char*>(bytes);
  const bool is_header = content_type == SSL3_RT_HEADER && size >= SSL3_RT_HEADER_LENGTH;
  if (written == 0) {
    if (is_header) watch.OnRecordRead(octets, ssl);
    return;
  }
  // TLS 1.3 hides the type of a record in its content; the library reports it separately.
  const bool hidden = content_type == SSL3_RT_INNER_CONTENT_TYPE && size == 1;
  const bool plain = is_header && version != TLS1_3_VERSION && SSL_version(ssl) != TLS1_3_VERSION;
  if ((hidden || plain) && octets[0] == SSL3_RT_APPLICATION_DATA) {
    // Replies count from the request on, not from the handshake.
    if (!watch.request_left_.exchange(true)) watch.received_ = 0;
    // Called before the record leaves. Either the caller who gave up sees request_left(), or the
    // write sees that he did and fails.
    if (watch.abandoned_) BIO_shutdown_wr(SSL_get_wbio(ssl));
  }
}

void WireWatch::OnRecordRead(const unsigned char* header, SSL* ssl) {
  const size_t length = static_cast<size_t>(header[3]) << 8 | header[4];
  const size_t total = received_ += length + SSL3_RT_HEADER_LENGTH;
  if (total <= limit_) return;
  over_limit_ = true;
  // Reads end after this record; closing the socket here would take a lock that may be held.
  SSL_set_shutdown(ssl, SSL_get_shutdown(ssl) | SSL_RECEIVED_SHUTDOWN);
}

int WireWatch::OnVerify(X509_STORE_CTX* chain, void* self) {
  auto& watch = *static_cast<WireWatch*>(self);
  const int accepted = X509_verify_cert(chain);
  if (accepted != 1) {
    watch.SetCertificateError(X509_verify_cert_error_string(X509_STORE_CTX_get_error(chain)));
  }
  if (watch.abandoned()) {
    // The caller was told that nothing was sent, so nothing may be.
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  return accepted;
}

}  // namespace keysteward::http
