#include "tls/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/duration.h"
#include "tests/fakes/fake_clock.h"
#include "tls/internal/openssl.h"

namespace keysteward::tls {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class CertificateTest : public testing::Test {
 protected:
  CertificateTest()
      : now_(FakeClock().WallNow()),
        ca_key_(KeyPair::GenerateEcdsa().value()),
        ca_(IssueAuthority({"test CA", now_ - 1h, now_ + 24h}, ca_key_).value()),
        key_(KeyPair::GenerateEcdsa().value()) {}

  LeafSpec Spec() const {
    return {.common_name = "webhook",
            .dns_names = {"webhook.ns.svc", "*.example.org"},
            .ip_addresses = {"127.0.0.1", "2001:db8::1"},
            .not_before = now_ - 1h,
            .not_after = now_ + 2h};
  }
  Certificate Leaf() const { return IssueLeaf(Spec(), key_, ca_, ca_key_).value(); }
  // What a client would say of the leaf, or "ok".
  std::string Verify(const Certificate& leaf, const Certificate& root, int purpose) const {
    const Owned<X509_STORE, X509_STORE_free> store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), root.native());
    const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
    X509_STORE_CTX_init(context.get(), store.get(), leaf.native(), nullptr);
    X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(rules, purpose);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch());
    X509_VERIFY_PARAM_set_time(rules, seconds.count());
    X509_verify_cert(context.get());
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
  }

  const WallTime now_;
  const KeyPair ca_key_;
  const Certificate ca_;
  const KeyPair key_;
};

TEST_F(CertificateTest, ALeafSaysWhatItWasIssuedFor) {
  const Certificate leaf = Leaf();
  EXPECT_EQ(leaf.common_name(), "webhook");
  EXPECT_THAT(leaf.dns_names(), ElementsAre("webhook.ns.svc", "*.example.org"));
  EXPECT_THAT(leaf.ip_addresses(), ElementsAre("127.0.0.1", "2001:db8::1"));
  EXPECT_EQ(leaf.not_before(), now_ - 1h);
  EXPECT_EQ(leaf.not_after(), now_ + 2h);
  EXPECT_FALSE(leaf.IsAuthority());
  EXPECT_TRUE(ca_.IsAuthority());
}

TEST_F(CertificateTest, ChainsHoldUnderStrictVerification) {
  EXPECT_EQ(Verify(Leaf(), ca_, X509_PURPOSE_SSL_SERVER), "ok");
  LeafSpec client = Spec();
  client.usage = LeafUsage::kClient;
  const Certificate leaf = IssueLeaf(client, key_, ca_, ca_key_).value();
  EXPECT_EQ(Verify(leaf, ca_, X509_PURPOSE_SSL_CLIENT), "ok");
}

TEST_F(CertificateTest, UsageAndIssuerAreChecked) {
  EXPECT_NE(Verify(Leaf(), ca_, X509_PURPOSE_SSL_CLIENT), "ok");
  const Certificate other = IssueAuthority({"test CA", now_ - 1h, now_ + 24h}, key_).value();
  EXPECT_NE(Verify(Leaf(), other, X509_PURPOSE_SSL_SERVER), "ok");
  EXPECT_TRUE(Leaf().SignedBy(ca_));
  EXPECT_FALSE(Leaf().SignedBy(other));
}

TEST_F(CertificateTest, KnowsItsKey) {
  EXPECT_TRUE(Leaf().MatchesKey(key_));
  EXPECT_FALSE(Leaf().MatchesKey(ca_key_));
}

TEST_F(CertificateTest, SerialNumbersDiffer) {
  EXPECT_NE(Leaf().Fingerprint(), Leaf().Fingerprint());
}

TEST_F(CertificateTest, WrongRequestsAreRefused) {
  LeafSpec spec = Spec();
  for (const char* name :
       {"", "a,DNS:evil.example", "a b", ".a", "a.", "a..b", "a/b", "\xc3\xa4"}) {
    spec.dns_names = {name};
    EXPECT_EQ(IssueLeaf(spec, key_, ca_, ca_key_).error().message, "certificate: not a DNS name")
        << name;
  }
  spec = Spec();
  spec.ip_addresses = {"127.0.0.1/8"};
  EXPECT_EQ(IssueLeaf(spec, key_, ca_, ca_key_).error().message, "certificate: not an IP address");
  spec = Spec();
  spec.not_after = spec.not_before;
  EXPECT_EQ(IssueLeaf(spec, key_, ca_, ca_key_).error().message,
            "certificate: ends before it begins");
  EXPECT_EQ(IssueLeaf(Spec(), key_, ca_, key_).error().message,
            "issue leaf: the authority's key does not match");
}

TEST_F(CertificateTest, AChainSurvivesAWayThroughPem) {
  const std::string pem = Leaf().Pem() + "some text between\n" + ca_.Pem();
  const CertificateChain chain = CertificateChain::FromPem(pem).value();
  ASSERT_EQ(chain.certificates().size(), 2u);
  EXPECT_EQ(chain.leaf().common_name(), "webhook");
  EXPECT_EQ(chain.certificates()[1], ca_);
  EXPECT_EQ(CertificateChain::FromPem(chain.Pem())->Pem(), chain.Pem());
}

TEST_F(CertificateTest, BadPemIsRefusedInBounds) {
  const auto message = [](std::string_view pem) {
    return CertificateChain::FromPem(pem).error().message;
  };
  EXPECT_EQ(message(""), "certificate: no PEM block found");
  EXPECT_EQ(message("junk"), "certificate: no PEM block found");
  EXPECT_EQ(message(std::string(856 * 1024, 'A')), "certificate: PEM above 64 kB");
  EXPECT_EQ(message(ca_.Pem().substr(0, 300)), "certificate: PEM block 1 is malformed");
  EXPECT_EQ(message(ca_.Pem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "certificate: PEM block 2 is malformed");
  std::string many;
  for (int i = 0; i < 100; ++i) many += ca_.Pem();
  EXPECT_EQ(CertificateChain::FromPem(many).error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace keysteward::tls
