// PEM texts with one damaged byte, or cut: an error or the same meaning, never another key.
#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"
#include "tls/certificate.h"
#include "tls/key_pair.h"
#include "tls/signing_key.h"

namespace keysteward::tls {
namespace {

using namespace std::chrono_literals;

template <typename Check>
void ForEveryDamage(const std::string& pem, Check check) {
  for (size_t at = 0; at < pem.size(); ++at) {
    for (const char byte : {'A', '\n', '-', '\0', '\xFF'}) {
      if (pem[at] == byte) continue;
      std::string damaged = pem;
      damaged[at] = byte;
      check(damaged, at);
    }
  }
  for (size_t size = 0; size < pem.size(); ++size) check(pem.substr(0, size), size);
}

TEST(DamagedPem, OfAPrivateKeyIsNeverAnotherKeyUnderTheSameCertificate) {
  const KeyPair key = KeyPair::GenerateEcdsa().value();
  const WallTime now = FakeClock().WallNow();
  const Certificate certificate = IssueAuthority({"CA", now, now + 1h}, key).value();
  size_t refused = 0;
  ForEveryDamage(std::string(key.PrivatePem().view()), [&](const std::string& pem, size_t at) {
    const Result<KeyPair> read = KeyPair::FromPem(pem);
    if (!read) {
      ++refused;
      EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
      return;
    }
    // Only the line breaks and the private number itself can change without a parse error; a
    // changed number belongs to no certificate of ours.
    EXPECT_EQ(certificate.MatchesKey(*read), read->SamePublicKey(key)) << at;
  });
  EXPECT_GT(refused, 500u);
}

TEST(DamagedPem, OfACertificateIsAnErrorOrFailsItsSignature) {
  const KeyPair key = KeyPair::GenerateEcdsa().value();
  const WallTime now = FakeClock().WallNow();
  const Certificate authority = IssueAuthority({"CA", now, now + 1h}, key).value();
  ForEveryDamage(authority.Pem(), [&](const std::string& pem, size_t at) {
    const auto chain = CertificateChain::FromPem(pem);
    if (!chain) return;
    const bool same = chain->leaf() == authority;
    EXPECT_EQ(chain->leaf().SignedBy(authority), same) << at;
    // Reading what it says is safe whatever it says.
    (void)chain->leaf().common_name();
    (void)chain->leaf().dns_names();
    (void)chain->leaf().ip_addresses();
    (void)chain->leaf().IsAuthority();
    (void)chain->leaf().not_after();
  });
}

TEST(DamagedPem, OfAVerifyingKeyNeverVerifiesMoreThanBefore) {
  const SigningKey signer = SigningKey::Generate().value();
  const std::string signature = signer.Sign("entry");
  ForEveryDamage(signer.verifying_key().Pem(), [&](const std::string& pem, size_t at) {
    const auto key = VerifyingKey::FromPem(pem);
    if (!key) return;
    const bool same = key->Fingerprint() == signer.verifying_key().Fingerprint();
    EXPECT_EQ(key->Verify("entry", signature), same) << at;
  });
}

TEST(DamagedPem, OfASigningKeyIsAnErrorOrAnotherKey) {
  const SigningKey signer = SigningKey::Generate().value();
  const std::string fingerprint = signer.verifying_key().Fingerprint();
  ForEveryDamage(std::string(signer.PrivatePem().view()), [&](const std::string& pem, size_t at) {
    const auto key = SigningKey::FromPem(pem);
    if (!key) return;
    const bool same = key->verifying_key().Fingerprint() == fingerprint;
    EXPECT_EQ(signer.verifying_key().Verify("x", key->Sign("x")), same) << at;
  });
}

}  // namespace
}  // namespace keysteward::tls
