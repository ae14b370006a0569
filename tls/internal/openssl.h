// Owning pointers for OpenSSL objects and its error queue as an Error, for tls/ alone.
//
//   Owned<BIO, BIO_free_all> bio(BIO_new(BIO_s_mem()));
//   if (X509_sign(x, key, md) == 0) return OpenSslError("sign certificate");
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"

namespace keysteward::tls {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

template <typename T, auto Free>
using Owned = std::unique_ptr<T, FreeWith<Free>>;

using OwnedBio = Owned<BIO, BIO_free_all>;

// Read-only view of `bytes`, which must outlive it.
inline OwnedBio BioOf(std::string_view bytes) {
  return OwnedBio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

inline std::string BytesOf(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<size_t>(size)};
}

// "what: reason" from the calling thread's error queue, which is emptied. OpenSSL's reasons are
// constant texts and quote no input.
inline Error OpenSslError(std::string_view what, ErrorCode code = ErrorCode::kInternal) {
  const unsigned long error = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(error);
  ERR_clear_error();
  return Error::Make(code, std::string(what) + ": " + (reason ? reason : "no reason given"));
}

// Password callback that has none, so that an encrypted key is an error and never a prompt.
inline int NoPassword(char*, int, int, void*) { return -1; }

}  // namespace keysteward::tls
