// ServerContext: how we speak TLS as a server. One per listener, shared by all its connections.
//
// TLS 1.2 with ECDHE and AES-GCM, or 1.3; no renegotiation, compression, tickets, session cache or
// early data. The pair of the CertificateSource is looked up at every handshake, so a swap needs no
// restart. A client certificate, when required, must be signed by the pair's client_ca.
//
//   KS_ASSIGN_OR_RETURN(const auto context, ServerContext::Create(source, ClientTrust::kNone));
//   std::unique_ptr<SocketStream> stream = context->Accept(fd);
#pragma once

#include <memory>

#include "common/result.h"
#include "tls/certificate_source.h"
#include "tls/socket_stream.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace keysteward::tls {

enum class ClientTrust { kNone, kRequired };

class ServerContext {
 public:
  // `source` must outlive the context and all its streams.
  static Result<std::unique_ptr<ServerContext>> Create(const CertificateSource& source,
                                                       ClientTrust trust);

  // Takes over the non-blocking socket. nullptr (socket closed) only when memory ran out.
  std::unique_ptr<SocketStream> Accept(int fd) const;

  // What the callbacks of a handshake see; of this class alone.
  const CertificateSource& source() const { return source_; }
  ClientTrust trust() const { return trust_; }

 private:
  ServerContext(const CertificateSource& source, ClientTrust trust)
      : source_(source), trust_(trust) {}

  const CertificateSource& source_;
  const ClientTrust trust_;
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace keysteward::tls
