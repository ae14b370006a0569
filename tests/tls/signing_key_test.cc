#include "tls/signing_key.h"

#include <gtest/gtest.h>

#include "common/digest.h"
#include "tls/key_pair.h"

namespace keysteward::tls {
namespace {

std::string FromHex(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

TEST(SigningKey, SignsWhatItsVerifyingKeyVerifies) {
  const SigningKey key = SigningKey::Generate().value();
  const std::string signature = key.Sign("entry");
  EXPECT_EQ(signature.size(), kSignatureBytes);
  EXPECT_TRUE(key.verifying_key().Verify("entry", signature));
  EXPECT_FALSE(key.verifying_key().Verify("entrY", signature));
  EXPECT_FALSE(SigningKey::Generate()->verifying_key().Verify("entry", signature));
}

TEST(SigningKey, EveryFlippedBitOfASignatureIsSeen) {
  const SigningKey key = SigningKey::Generate().value();
  const std::string signature = key.Sign("entry");
  for (size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string flipped = signature;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(key.verifying_key().Verify("entry", flipped)) << bit;
  }
}

TEST(SigningKey, SurvivesAWayThroughPem) {
  const SigningKey key = SigningKey::Generate().value();
  const SigningKey same = SigningKey::FromPem(key.PrivatePem().view()).value();
  EXPECT_EQ(same.Sign("x"), key.Sign("x"));
  const VerifyingKey verifying = VerifyingKey::FromPem(key.verifying_key().Pem()).value();
  EXPECT_TRUE(verifying.Verify("x", key.Sign("x")));
  EXPECT_EQ(verifying.Fingerprint(), Sha256Hex(key.verifying_key().Raw()));
}

TEST(SigningKey, RefusesOtherKinds) {
  const KeyPair ecdsa = KeyPair::GenerateEcdsa().value();
  EXPECT_EQ(SigningKey::FromPem(ecdsa.PrivatePem().view()).error().message,
            "signing key: not an Ed25519 key");
  EXPECT_EQ(VerifyingKey::FromPem(ecdsa.PublicPem()).error().message,
            "verifying key: not an Ed25519 key");
  EXPECT_EQ(VerifyingKey::FromPem("junk").error().message,
            "verifying key: no PEM public key found");
  EXPECT_EQ(VerifyingKey::FromRaw("short").error().message,
            "verifying key: an Ed25519 public key has 32 bytes, not 5");
}

// RFC 8032 §7.1, test 2.
TEST(VerifyingKey, AgreesWithTheStandard) {
  const VerifyingKey key =
      VerifyingKey::FromRaw(
          FromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
          .value();
  const std::string signature = FromHex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(key.Verify("\x72", signature));
  EXPECT_FALSE(key.Verify("\x73", signature));
}

TEST(VerifyingKey, AnySignatureLengthIsRefusedButTheRightOne) {
  const SigningKey key = SigningKey::Generate().value();
  for (const size_t size : {0u, 1u, 63u, 65u, 4096u}) {
    EXPECT_FALSE(key.verifying_key().Verify("x", std::string(size, '\0')));
  }
}

}  // namespace
}  // namespace keysteward::tls
