#include "tls/ssl_context.h"

#include <unistd.h>

#include <string_view>

#include "tls/internal/openssl.h"
#include "tls/internal/tls_stream.h"

namespace keysteward::tls {
namespace {

constexpr const char* kTls12Suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384";
constexpr int kMaxVerifyDepth = 4;
constexpr int kMaxClientKeyBits = 4096;  // RSA; checking a larger signature costs milliseconds
constexpr std::string_view kProtocol("\x08http/1.1", 9);

using OwnedStore = Owned<X509_STORE, X509_STORE_free>;

// Runs before any signature of the leaf's key is checked.
int CheckClientKey(int good, X509_STORE_CTX* store) {
  X509* certificate = X509_STORE_CTX_get_current_cert(store);
  if (good != 1 || certificate == nullptr) return good;
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  return key != nullptr && EVP_PKEY_get_bits(key) <= kMaxClientKeyBits ? 1 : 0;
}

bool RequireClient(SSL* ssl, const CertificateChain& authorities) {
  if (authorities.empty()) return false;
  const OwnedStore store(X509_STORE_new());
  for (const Certificate& authority : authorities.certificates()) {
    if (!store || X509_STORE_add_cert(store.get(), authority.native()) != 1) return false;
  }
  if (SSL_set1_verify_cert_store(ssl, store.get()) != 1) return false;
  SSL_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, CheckClientKey);
  return true;
}

// Called for every ClientHello; 0 ends the handshake with an alert.
int ShowCurrentPair(SSL* ssl, void* argument) {
  const auto* context = static_cast<const ServerContext*>(argument);
  const std::shared_ptr<const ServingPair> pair = context->source().Current();
  if (!pair || pair->chain.empty()) return 0;
  SSL_certs_clear(ssl);
  if (SSL_use_certificate(ssl, pair->chain.leaf().native()) != 1 ||
      SSL_use_PrivateKey(ssl, pair->key.native()) != 1) {
    return 0;
  }
  const std::vector<Certificate>& chain = pair->chain.certificates();
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_add1_chain_cert(ssl, chain[i].native()) != 1) return 0;
  }
  if (context->trust() == ClientTrust::kRequired && !RequireClient(ssl, pair->client_ca)) return 0;
  return 1;
}

// A client that offers protocols but not ours would speak something else to us.
int ChooseProtocol(SSL*, const unsigned char** out, unsigned char* out_size,
                   const unsigned char* offered, unsigned int size, void*) {
  unsigned char* chosen = nullptr;
  const int outcome = SSL_select_next_proto(
      &chosen, out_size, reinterpret_cast<const unsigned char*>(kProtocol.data()),
      static_cast<unsigned int>(kProtocol.size()), offered, size);
  if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void Harden(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_verify_depth(context, kMaxVerifyDepth);
  SSL_CTX_set_max_cert_list(context, static_cast<long>(kMaxPemBytes));
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
}

}  // namespace

Result<std::unique_ptr<ServerContext>> ServerContext::Create(const CertificateSource& source,
                                                             ClientTrust trust) {
  std::unique_ptr<ServerContext> out(new ServerContext(source, trust));
  out->context_ = std::shared_ptr<SSL_CTX>(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* context = out->context_.get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context, kTls12Suites) != 1) {
    return OpenSslError("TLS server context");
  }
  Harden(context);
  SSL_CTX_set_cert_cb(context, ShowCurrentPair, out.get());
  SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, nullptr);
  LimitPostHandshakeMessages(context);
  return Result<std::unique_ptr<ServerContext>>(std::move(out));
}

std::unique_ptr<SocketStream> ServerContext::Accept(int fd) const {
  return MakeTlsStream(context_.get(), fd);
}

}  // namespace keysteward::tls
