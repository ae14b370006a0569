// HandshakeRig: a server stream and an OpenSSL client over one socket pair, driven turn by turn in
// one thread: no port, no waiting, no clock but OpenSSL's own for validity.
//
//   HandshakeRig rig(source, ClientTrust::kNone);
//   EXPECT_EQ(rig.Shake(), "server done, client done");
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "tests/fakes/test_pki.h"
#include "tls/ssl_context.h"

namespace keysteward::tls {

// Shows a pair that tests swap.
class FixedSource final : public CertificateSource {
 public:
  // `client_ca` may be empty.
  void Show(const std::string& certificate_pem, const std::string& key_pem,
            const std::string& client_ca = "");
  void ShowNothing() { pair_ = nullptr; }
  std::shared_ptr<const ServingPair> Current() const override { return pair_; }

 private:
  std::shared_ptr<const ServingPair> pair_;
  uint64_t version_ = 0;
};

// How the client of a rig behaves.
struct ClientHabits {
  int lowest = TLS1_2_VERSION;
  int highest = TLS1_3_VERSION;
  std::string suites = "";     // of TLS 1.2 and older, any security level
  std::string protocols = "";  // ALPN in wire form
  TestIdentity identity = {};  // client certificate
};

class HandshakeRig {
 public:
  HandshakeRig(const CertificateSource& source, ClientTrust trust, const ClientHabits& habits = {});
  ~HandshakeRig();
  HandshakeRig(const HandshakeRig&) = delete;
  HandshakeRig& operator=(const HandshakeRig&) = delete;

  // Both sides in turn until neither moves: "server done, client done", "server failed, client
  // alert handshake failure" and the like.
  std::string Shake();
  SocketStream& server() { return *server_; }
  SSL* client() { return client_.get(); }
  int client_fd() const { return client_fd_; }
  // Ends the client's side of the socket.
  void Hang();

  // What the server reads now: the bytes, or the name of the status.
  std::string ServerReads();
  std::string ClientReads();

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<ServerContext> server_context_;
  std::unique_ptr<SSL_CTX, Free> client_context_;
  std::unique_ptr<SSL, Free> client_;
  std::unique_ptr<SocketStream> server_;
  int client_fd_ = -1;
};

// A connected pair of non-blocking sockets.
struct SocketPair {
  SocketPair();
  int first = -1;
  int second = -1;
};

std::string_view StatusName(IoStatus status);

}  // namespace keysteward::tls
