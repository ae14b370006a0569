// What we sign, and what we refuse to sign: a certificate says exactly what was asked for, and no
// text of a name becomes anything else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <set>

#include "common/duration.h"
#include "tls/certificate.h"
#include "tls/internal/openssl.h"

namespace keysteward::tls {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

WallTime At(const char* text) { return ParseTime(text).value(); }

class CertificateIssueTest : public testing::Test {
 protected:
  LeafSpec Named(std::vector<std::string> dns, std::vector<std::string> addresses = {}) const {
    return {.common_name = "webhook",
            .dns_names = std::move(dns),
            .ip_addresses = std::move(addresses),
            .not_before = At("2026-01-01T00:00:00Z"),
            .not_after = At("2026-04-01T00:00:00Z")};
  }
  Result<Certificate> Issue(const LeafSpec& spec) const {
    return IssueLeaf(spec, key_, ca_, ca_key_);
  }
  // The bits of an extension of names, or -1 when it is absent.
  static int64_t KeyUsage(const Certificate& certificate) {
    return X509_get_key_usage(certificate.native());
  }

  const KeyPair ca_key_ = KeyPair::GenerateEcdsa().value();
  const KeyPair key_ = KeyPair::GenerateEcdsa().value();
  const Certificate ca_ =
      IssueAuthority({"CA", At("2026-01-01T00:00:00Z"), At("2028-01-01T00:00:00Z")}, ca_key_)
          .value();
};

TEST_F(CertificateIssueTest, NamesThatAClientCanAskForAreTaken) {
  const std::string longest = std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                              std::string(63, 'c') + "." + std::string(61, 'd');
  ASSERT_EQ(longest.size(), 253U);
  const Result<Certificate> leaf =
      Issue(Named({"webhook.ns.svc", "a", "*.example.org", "UPPER.example", "1.2", longest}));
  ASSERT_TRUE(leaf) << leaf.error().ToString();
  EXPECT_THAT(leaf->dns_names(),
              ElementsAre("webhook.ns.svc", "a", "*.example.org", "UPPER.example", "1.2", longest));
}

TEST_F(CertificateIssueTest, NamesThatAreNoneAreRefused) {
  for (const std::string& name : std::vector<std::string>{"",
                                                          "*",
                                                          "*.",
                                                          "*..a",
                                                          "*.*.a",
                                                          "a.*",
                                                          ".",
                                                          "..",
                                                          ".a",
                                                          "a.",
                                                          "a..b",
                                                          "a b",
                                                          "a\nb",
                                                          "a,DNS:b",
                                                          "a;b",
                                                          "a=b",
                                                          "a/b",
                                                          "a@b",
                                                          "a_b",
                                                          "[::1]",
                                                          {"a\0b", 3},
                                                          "\xc3\xa4",
                                                          std::string(254, 'a')}) {
    EXPECT_EQ(Issue(Named({"good.example", name})).error(),
              Error::InvalidArgument("certificate: not a DNS name"))
        << name;
  }
}

TEST_F(CertificateIssueTest, AddressesOfBothFamiliesAreTakenAndOthersRefused) {
  const Result<Certificate> leaf = Issue(Named({}, {"127.0.0.1", "2001:db8::1", "::ffff:1.2.3.4"}));
  ASSERT_TRUE(leaf) << leaf.error().ToString();
  EXPECT_EQ(leaf->ip_addresses().size(), 3U);
  EXPECT_THAT(leaf->dns_names(), IsEmpty());
  for (const char* address :
       {"", "localhost", "127.0.0", "127.0.0.1/8", "256.0.0.1", "1:2", "::g", "127.0.0.1,DNS:a"}) {
    EXPECT_EQ(Issue(Named({}, {address})).error(),
              Error::InvalidArgument("certificate: not an IP address"))
        << address;
  }
}

TEST_F(CertificateIssueTest, WithoutNamesThereIsNoEmptyListOfThem) {
  const Certificate leaf = Issue(Named({})).value();
  EXPECT_THAT(leaf.dns_names(), IsEmpty());
  EXPECT_EQ(X509_get_ext_by_NID(leaf.native(), NID_subject_alt_name, -1), -1);
}

TEST_F(CertificateIssueTest, TheCommonNameIsATextAndOfItsLength) {
  LeafSpec spec = Named({"a"});
  for (const std::string& name : {std::string("a,CN=evil"), std::string("a/CN=evil"),
                                  std::string("\xc3\xa4"), std::string(64, 'n')}) {
    spec.common_name = name;
    EXPECT_EQ(Issue(spec)->common_name(), name);
  }
  spec.common_name = std::string(65, 'n');
  EXPECT_FALSE(Issue(spec)) << "X.520 allows 64";
}

TEST_F(CertificateIssueTest, TimesAreThoseAskedForBeyond2050Too) {
  LeafSpec spec = Named({"a"});
  spec.not_before = At("2049-12-31T23:59:59Z");
  spec.not_after = At("2050-01-01T00:00:00Z");
  const Certificate leaf = Issue(spec).value();
  EXPECT_EQ(leaf.not_before(), spec.not_before);
  EXPECT_EQ(leaf.not_after(), spec.not_after);
}

TEST_F(CertificateIssueTest, OneThatEndsBeforeItBeginsIsRefused) {
  LeafSpec spec = Named({"a"});
  spec.not_after = spec.not_before;
  EXPECT_EQ(Issue(spec).error().message, "certificate: ends before it begins");
  EXPECT_FALSE(IssueAuthority({"CA", spec.not_before, spec.not_before - 1s}, ca_key_));
}

TEST_F(CertificateIssueTest, ALeafMaySignNothing) {
  const Certificate leaf = Issue(Named({"a"})).value();
  EXPECT_EQ(KeyUsage(leaf), KU_DIGITAL_SIGNATURE);
  EXPECT_EQ(KeyUsage(ca_), KU_KEY_CERT_SIGN | KU_CRL_SIGN);
  EXPECT_FALSE(leaf.IsAuthority());
  EXPECT_EQ(X509_get_pathlen(ca_.native()), 0) << "an authority signs leaves only";
}

TEST_F(CertificateIssueTest, SerialsAreLongPositiveAndNeverTheSame) {
  std::set<std::string> serials;
  for (int i = 0; i < 50; ++i) {
    const Certificate leaf = Issue(Named({"a"})).value();
    const ASN1_INTEGER* serial = X509_get0_serialNumber(leaf.native());
    const Owned<BIGNUM, BN_free> number(ASN1_INTEGER_to_BN(serial, nullptr));
    EXPECT_EQ(BN_is_negative(number.get()), 0);
    EXPECT_EQ(BN_num_bits(number.get()), 127) << "within the 20 octets of RFC 5280";
    serials.insert(leaf.Fingerprint());
  }
  EXPECT_EQ(serials.size(), 50U);
}

TEST_F(CertificateIssueTest, TheWrongKeyOfAnAuthoritySignsNothing) {
  EXPECT_EQ(IssueLeaf(Named({"a"}), key_, ca_, key_).error(),
            Error::InvalidArgument("issue leaf: the authority's key does not match"));
}

}  // namespace
}  // namespace keysteward::tls
