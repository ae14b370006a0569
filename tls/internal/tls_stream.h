// The TLS form of SocketStream, for ServerContext alone.
#pragma once

#include <memory>

#include "tls/socket_stream.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace keysteward::tls {

// Counts what a peer sends on the handshake layer after the handshake (key updates), for streams of
// this context; a stream that got too many of them fails.
void LimitPostHandshakeMessages(ssl_ctx_st* context);

// Server side of a handshake. Takes over the socket; nullptr (socket closed) when memory ran out.
std::unique_ptr<SocketStream> MakeTlsStream(ssl_ctx_st* context, int fd);

}  // namespace keysteward::tls
