#include "tests/tls/handshake_rig.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace keysteward::tls {
namespace {

void UseIdentity(SSL_CTX* context, const TestIdentity& identity) {
  const CertificateChain chain = CertificateChain::FromPem(identity.certificate_pem).value();
  const KeyPair key = KeyPair::FromPem(identity.key_pem).value();
  SSL_CTX_use_certificate(context, chain.leaf().native());
  SSL_CTX_use_PrivateKey(context, key.native());
}

// The reason of the newest error: "sslv3 alert handshake failure".
std::string TakeReason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  const std::string text = reason == nullptr ? "without reason" : reason;
  ERR_clear_error();
  return text;
}

}  // namespace

void FixedSource::Show(const std::string& certificate_pem, const std::string& key_pem,
                       const std::string& client_ca) {
  ServingPair pair{.chain = CertificateChain::FromPem(certificate_pem).value(),
                   .key = KeyPair::FromPem(key_pem).value(),
                   .client_ca = {},
                   .version = ++version_};
  if (!client_ca.empty()) pair.client_ca = CertificateChain::FromPem(client_ca).value();
  pair_ = std::make_shared<const ServingPair>(std::move(pair));
}

SocketPair::SocketPair() {
  std::array<int, 2> ends{};
  // As the server does: a peer that is gone is an error of the call, not a signal.
  std::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  first = ends[0];
  second = ends[1];
}

HandshakeRig::HandshakeRig(const CertificateSource& source, ClientTrust trust,
                           const ClientHabits& habits)
    : server_context_(ServerContext::Create(source, trust).value()),
      client_context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX* context = client_context_.get();
  SSL_CTX_set_security_level(context, 0);  // a client may be as weak as it likes
  SSL_CTX_set_min_proto_version(context, habits.lowest);
  SSL_CTX_set_max_proto_version(context, habits.highest);
  if (!habits.suites.empty()) {
    EXPECT_EQ(SSL_CTX_set_cipher_list(context, habits.suites.c_str()), 1) << habits.suites;
  }
  if (!habits.protocols.empty()) {
    SSL_CTX_set_alpn_protos(context,
                            reinterpret_cast<const unsigned char*>(habits.protocols.data()),
                            static_cast<unsigned>(habits.protocols.size()));
  }
  if (!habits.identity.key_pem.empty()) UseIdentity(context, habits.identity);
  const SocketPair sockets;
  server_ = server_context_->Accept(sockets.first);
  client_fd_ = sockets.second;
  client_.reset(SSL_new(context));
  SSL_set_fd(client_.get(), client_fd_);
}

HandshakeRig::~HandshakeRig() {
  client_.reset();
  Hang();
}

void HandshakeRig::Hang() {
  if (client_fd_ >= 0) close(client_fd_);
  client_fd_ = -1;
}

std::string HandshakeRig::Shake() {
  std::string client = "waits";
  IoStatus server = IoStatus::kWantRead;
  // A handshake has a handful of flights; more turns than that are for its end alone.
  for (int turn = 0; turn < 20; ++turn) {
    if (client == "waits") {
      const int code = SSL_connect(client_.get());
      const int error = code == 1 ? SSL_ERROR_NONE : SSL_get_error(client_.get(), code);
      if (code == 1) client = "done";
      if (code != 1 && error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        client = TakeReason();
      }
    }
    if (server == IoStatus::kWantRead || server == IoStatus::kWantWrite) {
      server = server_->Handshake();
    }
  }
  return "server " + std::string(StatusName(server)) + ", client " + client;
}

std::string HandshakeRig::ServerReads() {
  std::array<char, 4096> buffer{};
  const IoResult got = server_->Read(buffer);
  return got.status == IoStatus::kDone ? std::string(buffer.data(), got.bytes)
                                       : std::string(StatusName(got.status));
}

std::string HandshakeRig::ClientReads() {
  std::array<char, 4096> buffer{};
  const int code = SSL_read(client_.get(), buffer.data(), buffer.size());
  if (code > 0) return std::string(buffer.data(), static_cast<size_t>(code));
  switch (SSL_get_error(client_.get(), code)) {
    case SSL_ERROR_WANT_READ:
      return "wants to read";
    case SSL_ERROR_ZERO_RETURN:
      return "closed";
    default:
      return TakeReason();
  }
}

std::string_view StatusName(IoStatus status) {
  switch (status) {
    case IoStatus::kDone:
      return "done";
    case IoStatus::kWantRead:
      return "wants to read";
    case IoStatus::kWantWrite:
      return "wants to write";
    case IoStatus::kClosed:
      return "closed";
    case IoStatus::kFailed:
      return "failed";
  }
  return "unknown";
}

}  // namespace keysteward::tls
