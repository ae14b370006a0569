#include "tls/client_context.h"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include "tests/fakes/test_pki.h"

namespace keysteward::tls {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ClientContextTest : public ::testing::Test {
 protected:
  std::string ErrorOf(const ClientSettings& settings) {
    const auto made = ClientContext::Create(settings);
    return made ? "" : made.error().ToString();
  }
  TestAuthority authority_;
  TestIdentity client_ = authority_.Issue({.common_name = "operator", .client = true});
  TestIdentity other_ = authority_.Issue({.common_name = "other", .client = true});
};

TEST_F(ClientContextTest, SettingsReachTheContext) {
  const auto made = ClientContext::Create({.ca_pem = authority_.certificate_pem(),
                                           .server_name = "api.example",
                                           .certificate_pem = client_.certificate_pem,
                                           .key_pem = client_.key_pem});
  ASSERT_TRUE(made) << made.error().ToString();
  EXPECT_EQ((*made)->sni(), "api.example");
  EXPECT_TRUE((*made)->verifies());
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  ASSERT_TRUE((*made)->ApplyTo(context));
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context), TLS1_2_VERSION);
  EXPECT_EQ(SSL_CTX_get_verify_mode(context), SSL_VERIFY_PEER);
  EXPECT_NE(SSL_CTX_get0_certificate(context), nullptr);
  EXPECT_EQ(sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context))), 1);
  SSL_CTX_free(context);
}

TEST_F(ClientContextTest, AnAddressIsNoSni) {
  for (const char* address : {"10.0.0.1", "::1"}) {
    const auto made = ClientContext::Create({.server_name = address});
    ASSERT_TRUE(made) << made.error().ToString();
    EXPECT_EQ((*made)->sni(), "");
  }
}

TEST_F(ClientContextTest, VerificationIsOffOnlyWhenAsked) {
  const auto made = ClientContext::Create({.insecure_skip_verify = true});
  ASSERT_TRUE(made);
  EXPECT_FALSE((*made)->verifies());
}

TEST_F(ClientContextTest, WrongMaterialIsRefusedAndNeverQuoted) {
  const std::string ca = authority_.certificate_pem();
  const std::string broken = ca.substr(0, ca.size() / 2) + "*" + ca.substr(ca.size() / 2);
  const struct {
    ClientSettings settings;
    const char* why;
  } cases[] = {
      {{.ca_pem = "canary"}, "InvalidArgument: CA bundle"},
      {{.ca_pem = broken}, "InvalidArgument: CA bundle"},
      {{.ca_pem = client_.key_pem}, "InvalidArgument: CA bundle"},
      {{.certificate_pem = "canary", .key_pem = client_.key_pem}, "InvalidArgument: certificate"},
      {{.certificate_pem = client_.certificate_pem, .key_pem = "canary"}, "no unencrypted PEM key"},
      {{.certificate_pem = client_.certificate_pem, .key_pem = ""}, "no unencrypted PEM key"},
      {{.certificate_pem = client_.certificate_pem, .key_pem = other_.key_pem},
       "does not belong to the client certificate"},
  };
  for (const auto& [settings, why] : cases) {
    const std::string error = ErrorOf(settings);
    EXPECT_THAT(error, HasSubstr(why));
    EXPECT_THAT(error, Not(HasSubstr("canary")));
  }
  const std::string huge((4 << 20) + 1, 'x');
  EXPECT_THAT(ErrorOf({.ca_pem = huge}), HasSubstr("TooLarge: CA bundle"));
}

TEST_F(ClientContextTest, ABundleMayHoldManyRootsAndTextBetweenThem) {
  TestAuthority second("second");
  EXPECT_EQ(ErrorOf({.ca_pem = "# one\n" + authority_.certificate_pem() + "\n# two\n" +
                               second.certificate_pem()}),
            "");
}

}  // namespace
}  // namespace keysteward::tls
