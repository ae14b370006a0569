#include "tls/key_pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "tls/internal/openssl.h"

namespace keysteward::tls {
namespace {

using testing::StartsWith;

std::string PemOf(EVP_PKEY* key, const EVP_CIPHER* cipher = nullptr) {
  const Owned<EVP_PKEY, EVP_PKEY_free> owned(key);
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, cipher, cipher == nullptr ? nullptr : "password",
                                cipher == nullptr ? 0 : 8, nullptr, nullptr);
  return BytesOf(bio.get());
}

TEST(KeyPair, SurvivesAWayThroughPem) {
  const KeyPair key = KeyPair::GenerateEcdsa().value();
  const KeyPair same = KeyPair::FromPem(key.PrivatePem().view()).value();
  EXPECT_TRUE(same.SamePublicKey(key));
  EXPECT_EQ(same.PublicPem(), key.PublicPem());
  EXPECT_THAT(key.PublicPem(), StartsWith("-----BEGIN PUBLIC KEY-----\n"));
  EXPECT_FALSE(KeyPair::GenerateEcdsa()->SamePublicKey(key));
}

TEST(KeyPair, ReadsTheKeyAfterOtherBlocks) {
  const KeyPair key = KeyPair::GenerateEcdsa().value();
  const std::string pem =
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" +
      std::string(key.PrivatePem().view());
  EXPECT_TRUE(KeyPair::FromPem(pem)->SamePublicKey(key));
}

TEST(KeyPair, TakesTheKindsThatServersUse) {
  EXPECT_TRUE(KeyPair::FromPem(PemOf(EVP_RSA_gen(2048))));
  EXPECT_TRUE(KeyPair::FromPem(PemOf(EVP_EC_gen("P-384"))));
  EXPECT_TRUE(KeyPair::FromPem(PemOf(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))));
}

TEST(KeyPair, RefusesKindsThatAreWeakOrSlow) {
  const std::string expected =
      "private key: type not supported; use P-256, P-384, Ed25519 or RSA of 2048 to 4096 bits";
  EXPECT_EQ(KeyPair::FromPem(PemOf(EVP_RSA_gen(1024))).error().message, expected);
  EXPECT_EQ(KeyPair::FromPem(PemOf(EVP_EC_gen("P-521"))).error().message, expected);
  EXPECT_EQ(KeyPair::FromPem(PemOf(EVP_EC_gen("secp256k1"))).error().message, expected);
}

TEST(KeyPair, RefusesAnEncryptedKeyWithoutAskingForAPassword) {
  EXPECT_EQ(KeyPair::FromPem(PemOf(EVP_EC_gen("P-256"), EVP_aes_128_cbc())).error().message,
            "private key: no unencrypted PEM key found");
}

TEST(KeyPair, RefusesJunkWithoutQuotingIt) {
  for (const std::string& junk :
       {std::string(), std::string("canary-value"), std::string(1000, '\0'),
        std::string("-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n")}) {
    EXPECT_EQ(KeyPair::FromPem(junk).error(),
              Error::InvalidArgument("private key: no unencrypted PEM key found"));
  }
  EXPECT_EQ(KeyPair::FromPem(std::string(856 * 1024, 'A')).error(),
            Error::TooLarge("private key: PEM above 64 kB"));
}

}  // namespace
}  // namespace keysteward::tls
