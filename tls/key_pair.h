// KeyPair: the private key of a certificate, held by OpenSSL and shared by copies.
//
// Immutable and thread-safe. The private part leaves only as SecretBytes, asked for by name.
//
//   KS_ASSIGN_OR_RETURN(const KeyPair key, KeyPair::GenerateEcdsa());
//   secret.SetKey("tls.key", key.PrivatePem());
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/secret_bytes.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace keysteward::tls {

// Largest PEM text that is looked at; parsers of bigger junk take seconds.
inline constexpr size_t kMaxPemBytes = 64 * 1024;

class KeyPair {
 public:
  // ECDSA on P-256, from OpenSSL's own generator.
  static Result<KeyPair> GenerateEcdsa();
  // PKCS#8, SEC1 or PKCS#1, not encrypted: P-256, P-384, Ed25519 or RSA of 2048 to 4096 bits. Other
  // text before the key (as in files that hold "EC PARAMETERS" too) is skipped. kTooLarge above
  // kMaxPemBytes, otherwise kInvalidArgument; the message never quotes the input.
  static Result<KeyPair> FromPem(std::string_view pem);

  SecretBytes PrivatePem() const;  // PKCS#8
  std::string PublicPem() const;   // SubjectPublicKeyInfo

  bool SamePublicKey(const KeyPair& other) const;
  evp_pkey_st* native() const { return key_.get(); }

 private:
  explicit KeyPair(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;  // never null
};

}  // namespace keysteward::tls
