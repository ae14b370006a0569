#include "tls/key_pair.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "tls/internal/openssl.h"

namespace keysteward::tls {
namespace {

constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 4096;  // larger ones make a handshake cost more than a flood of them

bool Supported(EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_ED25519:
      return true;
    case EVP_PKEY_RSA:
      return EVP_PKEY_get_bits(key) >= kMinRsaBits && EVP_PKEY_get_bits(key) <= kMaxRsaBits;
    case EVP_PKEY_EC: {
      char name[32] = {};
      size_t size = 0;
      if (EVP_PKEY_get_group_name(key, name, sizeof name, &size) != 1) return false;
      const std::string_view group(name, size);
      return group == SN_X9_62_prime256v1 || group == SN_secp384r1;
    }
    default:
      return false;
  }
}

}  // namespace

Result<KeyPair> KeyPair::GenerateEcdsa() {
  EVP_PKEY* key = EVP_EC_gen(SN_X9_62_prime256v1);
  if (key == nullptr) return OpenSslError("generate P-256 key");
  return KeyPair(std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free));
}

Result<KeyPair> KeyPair::FromPem(std::string_view pem) {
  if (pem.size() > kMaxPemBytes) return Error::TooLarge("private key: PEM above 64 kB");
  const OwnedBio bio = BioOf(pem);
  EVP_PKEY* read = PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr);
  if (read == nullptr) {
    ERR_clear_error();
    return Error::InvalidArgument("private key: no unencrypted PEM key found");
  }
  std::shared_ptr<EVP_PKEY> key(read, EVP_PKEY_free);
  if (!Supported(read)) {
    return Error::InvalidArgument(
        "private key: type not supported; use P-256, P-384, Ed25519 or RSA of 2048 to 4096 bits");
  }
  return KeyPair(std::move(key));
}

SecretBytes KeyPair::PrivatePem() const {
  const OwnedBio bio(BIO_new(BIO_s_secmem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  SecretBytes pem = SecretBytes::CopyOf({bytes, static_cast<size_t>(size)});
  OPENSSL_cleanse(bytes, static_cast<size_t>(size));
  return pem;
}

std::string KeyPair::PublicPem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), key_.get());
  return BytesOf(bio.get());
}

bool KeyPair::SamePublicKey(const KeyPair& other) const {
  return EVP_PKEY_eq(key_.get(), other.key_.get()) == 1;
}

}  // namespace keysteward::tls
