// ClientContext: the client side of TLS towards one server: whom to trust, which name to expect,
// which certificate to show. The trust store is built once and shared by every connection.
//
//   KS_ASSIGN_OR_RETURN(auto context, ClientContext::Create({.ca_pem = bundle,
//                                                            .server_name = "api.example"}));
//   KS_RETURN_IF_ERROR(context->ApplyTo(ssl_ctx));
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"

namespace keysteward::tls {

struct ClientSettings {
  std::string_view ca_pem = {};           // "" = the system's roots
  std::string_view server_name = {};      // DNS name or address the certificate must hold
  std::string_view certificate_pem = {};  // leaf first; "" = no client certificate
  std::string_view key_pem = {};          // of the leaf, not encrypted
  bool insecure_skip_verify = false;
};

// Immutable; thread-safe.
class ClientContext {
 public:
  // kInvalidArgument when a PEM text holds no certificate, or the key is unreadable, encrypted or
  // of another certificate; kTooLarge above 64 kB of client certificate or 4 MB of roots.
  static Result<std::unique_ptr<const ClientContext>> Create(const ClientSettings& settings);
  ~ClientContext();
  ClientContext(const ClientContext&) = delete;
  ClientContext& operator=(const ClientContext&) = delete;

  // Sets on a fresh context: TLS 1.2 or newer, forward-secret AEAD suites, no renegotiation, the
  // shared trust store, verification of chain and name, the client certificate. kInternal when the
  // library refuses.
  Result<void> ApplyTo(SSL_CTX* context) const;

  bool verifies() const;
  // To be sent as SNI; "" when the server is named by address.
  const std::string& sni() const;

 private:
  struct Material;
  explicit ClientContext(std::unique_ptr<Material> material);
  std::unique_ptr<Material> material_;
};

}  // namespace keysteward::tls
