// NewSocketBio: an OpenSSL BIO over a non-blocking socket that never raises SIGPIPE, which the
// library's own socket BIO does when the peer is gone.
//
//   SSL_set_bio(ssl, bio, bio);   // the SSL object owns it then; the socket stays the caller's
#pragma once

#include <openssl/types.h>

namespace keysteward::http {

// nullptr when the library is out of memory.
BIO* NewSocketBio(int socket);

}  // namespace keysteward::http
