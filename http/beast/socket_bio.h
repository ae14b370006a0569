// NewSocketBio: an OpenSSL BIO over a non-blocking socket that never raises SIGPIPE, which the
// library's own socket BIO does when the peer is gone.
//
//   SocketLink link{.socket = socket, .wait = &wait};
//   BIO* bio = NewSocketBio(link);
//   SSL_set_bio(ssl, bio, bio);   // the SSL object owns it then; the socket stays the caller's
#pragma once

#include <openssl/types.h>

#include "http/beast/socket_wait.h"

namespace keysteward::http {

struct SocketLink {
  int socket;
  const SocketWait* wait = nullptr;  // of the call under way; when it is over, nothing is read
};

// nullptr when the library is out of memory. `link` must outlive the BIO.
BIO* NewSocketBio(SocketLink& link);

}  // namespace keysteward::http
