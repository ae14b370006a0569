#include "tls/signing_key.h"

#include <cstdlib>

#include "common/digest.h"
#include "tls/internal/openssl.h"
#include "tls/key_pair.h"

namespace keysteward::tls {
namespace {

using OwnedDigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

constexpr size_t kRawKeyBytes = 32;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool IsEd25519(EVP_PKEY* key) { return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519; }

std::shared_ptr<EVP_PKEY> Share(EVP_PKEY* key) {
  return std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free);
}

}  // namespace

Result<VerifyingKey> VerifyingKey::FromPem(std::string_view pem) {
  if (pem.size() > kMaxPemBytes) return Error::TooLarge("verifying key: PEM above 64 kB");
  const OwnedBio bio = BioOf(pem);
  EVP_PKEY* key = PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassword, nullptr);
  if (key == nullptr) {
    ERR_clear_error();
    return Error::InvalidArgument("verifying key: no PEM public key found");
  }
  std::shared_ptr<EVP_PKEY> shared = Share(key);
  if (!IsEd25519(key)) return Error::InvalidArgument("verifying key: not an Ed25519 key");
  return VerifyingKey(std::move(shared));
}

Result<VerifyingKey> VerifyingKey::FromRaw(std::string_view raw) {
  if (raw.size() != kRawKeyBytes) {
    return Error::InvalidArgument("verifying key: an Ed25519 public key has 32 bytes, not " +
                                  std::to_string(raw.size()));
  }
  EVP_PKEY* key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(raw), raw.size());
  if (key == nullptr) return OpenSslError("verifying key", ErrorCode::kInvalidArgument);
  return VerifyingKey(Share(key));
}

bool VerifyingKey::Verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != kSignatureBytes) return false;
  const OwnedDigestContext context(EVP_MD_CTX_new());
  const bool good =
      context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                       message.size()) == 1;
  ERR_clear_error();
  return good;
}

std::string VerifyingKey::Pem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), key_.get());
  return BytesOf(bio.get());
}

std::string VerifyingKey::Raw() const {
  std::string raw(kRawKeyBytes, '\0');
  size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
  return raw;
}

std::string VerifyingKey::Fingerprint() const { return Sha256Hex(Raw()); }

Result<SigningKey> SigningKey::Generate() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (key == nullptr) return OpenSslError("generate Ed25519 key");
  return SigningKey(Share(key));
}

Result<SigningKey> SigningKey::FromPem(std::string_view pem) {
  KS_ASSIGN_OR_RETURN(const KeyPair pair, KeyPair::FromPem(pem));
  if (!IsEd25519(pair.native())) return Error::InvalidArgument("signing key: not an Ed25519 key");
  EVP_PKEY_up_ref(pair.native());
  return SigningKey(Share(pair.native()));
}

std::string SigningKey::Sign(std::string_view message) const {
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  const OwnedDigestContext context(EVP_MD_CTX_new());
  // Ed25519 signing has no failing input; out of memory is the only cause, and an unsigned entry
  // must never pass for a signed one.
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Bytes(message), message.size()) != 1) {
    std::abort();
  }
  return signature;
}

SecretBytes SigningKey::PrivatePem() const {
  const OwnedBio bio(BIO_new(BIO_s_secmem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return SecretBytes::CopyOf({bytes, static_cast<size_t>(size)});
}

}  // namespace keysteward::tls
