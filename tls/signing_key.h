// SigningKey and VerifyingKey: Ed25519 signatures, for evidence that is checked long after and far
// from where it was made.
//
// Immutable and thread-safe; copies share the key.
//
//   const std::string signature = signing_key.Sign(entry_bytes);             // 64 raw bytes
//   KS_ASSIGN_OR_RETURN(const VerifyingKey key, VerifyingKey::FromPem(pem));
//   if (!key.Verify(entry_bytes, signature)) ...;
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/secret_bytes.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace keysteward::tls {

inline constexpr size_t kSignatureBytes = 64;

class VerifyingKey {
 public:
  // SubjectPublicKeyInfo PEM of an Ed25519 key; anything else is kInvalidArgument.
  static Result<VerifyingKey> FromPem(std::string_view pem);
  // The 32 bytes of RFC 8032.
  static Result<VerifyingKey> FromRaw(std::string_view raw);

  // False for any other length than kSignatureBytes.
  bool Verify(std::string_view message, std::string_view signature) const;

  std::string Pem() const;
  std::string Raw() const;  // 32 bytes
  // SHA-256 of Raw() as 64 lower-case hex characters: what people pin.
  std::string Fingerprint() const;

 private:
  friend class SigningKey;
  explicit VerifyingKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;  // never null
};

class SigningKey {
 public:
  static Result<SigningKey> Generate();
  // PKCS#8 PEM of an Ed25519 key, not encrypted; anything else is kInvalidArgument.
  static Result<SigningKey> FromPem(std::string_view pem);

  std::string Sign(std::string_view message) const;
  VerifyingKey verifying_key() const { return VerifyingKey(key_); }
  SecretBytes PrivatePem() const;

 private:
  explicit SigningKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;  // never null
};

}  // namespace keysteward::tls
