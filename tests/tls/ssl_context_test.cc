// How the server speaks TLS: what it agrees to, what it shows, whom it lets in.
#include "tls/ssl_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tls/handshake_rig.h"
#include "tls/internal/openssl.h"

namespace keysteward::tls {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kBothDone = "server done, client done";

class ServerContextTest : public testing::Test {
 protected:
  void SetUp() override { source_.Show(server_.certificate_pem, server_.key_pem, ca_pem_); }

  std::string Shake(const ClientHabits& habits, ClientTrust trust = ClientTrust::kNone) {
    HandshakeRig rig(source_, trust, habits);
    return rig.Shake();
  }
  static std::string ShownName(HandshakeRig& rig) {
    X509* shown = SSL_get1_peer_certificate(rig.client());
    return shown == nullptr ? "" : Certificate::Adopt(shown).common_name();
  }
  TestAuthority authority_;
  const std::string ca_pem_ = authority_.certificate_pem();
  const TestIdentity server_ = authority_.Issue({.common_name = "webhook"});
  const TestIdentity client_ = authority_.Issue({.common_name = "apiserver", .client = true});
  FixedSource source_;
};

TEST_F(ServerContextTest, SpeaksTls12And13) {
  EXPECT_EQ(Shake({.highest = TLS1_2_VERSION}), kBothDone);
  EXPECT_EQ(Shake({.lowest = TLS1_3_VERSION}), kBothDone);
}

TEST_F(ServerContextTest, RefusesOlderVersions) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    const std::string outcome = Shake({.lowest = version, .highest = version});
    EXPECT_THAT(outcome, StartsWith("server failed")) << version;
    EXPECT_THAT(outcome, HasSubstr("alert protocol version")) << version;
  }
}

TEST_F(ServerContextTest, AgreesToForwardSecretAeadSuitesOnly) {
  const auto suite = [&](const char* name) {
    return Shake({.highest = TLS1_2_VERSION, .suites = name});
  };
  EXPECT_EQ(suite("ECDHE-ECDSA-AES128-GCM-SHA256"), kBothDone);
  EXPECT_EQ(suite("ECDHE-ECDSA-AES256-GCM-SHA384"), kBothDone);
  for (const char* weak :
       {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-CCM", "ECDHE-ECDSA-NULL-SHA", "AECDH-AES128-SHA", "AES128-GCM-SHA256",
        "DHE-RSA-AES128-GCM-SHA256"}) {
    EXPECT_THAT(suite(weak), StartsWith("server failed")) << weak;
  }
}

TEST_F(ServerContextTest, SpeaksHttp11WhenAskedForProtocols) {
  EXPECT_EQ(Shake({.protocols = "\x08http/1.1"}), kBothDone);
  EXPECT_EQ(Shake({.protocols = std::string("\x02h2\x08http/1.1", 12)}), kBothDone);
  EXPECT_EQ(Shake({.protocols = ""}), kBothDone) << "without the extension";
  EXPECT_THAT(Shake({.protocols = std::string("\x02h2", 3)}), StartsWith("server failed"));
}

TEST_F(ServerContextTest, ShowsTheWholeChain) {
  const KeyPair key = KeyPair::FromPem(server_.key_pem).value();
  source_.Show(server_.certificate_pem + ca_pem_, server_.key_pem);
  HandshakeRig rig(source_, ClientTrust::kNone);
  ASSERT_EQ(rig.Shake(), kBothDone);
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(rig.client())), 2);
}

TEST_F(ServerContextTest, ShowsANewPairAtTheNextHandshake) {
  HandshakeRig before(source_, ClientTrust::kNone);
  ASSERT_EQ(before.Shake(), kBothDone);
  EXPECT_EQ(ShownName(before), "webhook");
  const TestIdentity next = authority_.Issue({.common_name = "webhook two"});
  source_.Show(next.certificate_pem, next.key_pem);
  HandshakeRig after(source_, ClientTrust::kNone);
  ASSERT_EQ(after.Shake(), kBothDone);
  EXPECT_EQ(ShownName(after), "webhook two");
  // The connection from before goes on.
  ASSERT_EQ(SSL_write(before.client(), "still here", 10), 10);
  EXPECT_EQ(before.ServerReads(), "still here");
}

TEST_F(ServerContextTest, RefusesHandshakesWhileThereIsNoPair) {
  source_.ShowNothing();
  EXPECT_THAT(Shake({}), StartsWith("server failed"));
  source_.Show(server_.certificate_pem, server_.key_pem);
  EXPECT_EQ(Shake({}), kBothDone);
}

TEST_F(ServerContextTest, LetsInWhoTheAuthoritySigned) {
  HandshakeRig rig(source_, ClientTrust::kRequired, {.identity = client_});
  ASSERT_EQ(rig.Shake(), kBothDone);
  EXPECT_EQ(rig.server().PeerName(), "apiserver");
}

TEST_F(ServerContextTest, AsksNobodyForACertificateUnlessTold) {
  HandshakeRig rig(source_, ClientTrust::kNone, {.identity = client_});
  ASSERT_EQ(rig.Shake(), kBothDone);
  EXPECT_EQ(rig.server().PeerName(), "");
}

TEST_F(ServerContextTest, RefusesEveryOtherClient) {
  using std::chrono::hours;
  TestAuthority stranger("test authority");  // the same name, another key
  const std::pair<const char*, TestIdentity> clients[] = {
      {"no certificate", {}},
      {"another authority", stranger.Issue({.client = true})},
      {"signed by itself", TestAuthority::SelfSigned({.client = true})},
      {"expired", authority_.Issue({.client = true, .starts_in = hours(-2), .ends_in = hours(-1)})},
      {"not yet valid", authority_.Issue({.client = true, .starts_in = hours(1)})},
      {"made for servers", authority_.Issue({.client = false})}};
  for (const auto& [who, identity] : clients) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      EXPECT_THAT(Shake({.lowest = version, .highest = version, .identity = identity},
                        ClientTrust::kRequired),
                  StartsWith("server failed"))
          << who << " with version " << version;
    }
  }
}

TEST_F(ServerContextTest, TrustsNoClientWithoutAnAuthority) {
  source_.Show(server_.certificate_pem, server_.key_pem);
  EXPECT_THAT(Shake({.identity = client_}, ClientTrust::kRequired), StartsWith("server failed"));
}

TEST_F(ServerContextTest, KeepsNoSessionToResume) {
  HandshakeRig rig(source_, ClientTrust::kNone);
  ASSERT_EQ(rig.Shake(), kBothDone);
  EXPECT_EQ(rig.ClientReads(), "wants to read") << "takes in what the server sends by itself";
  EXPECT_EQ(SSL_SESSION_has_ticket(SSL_get0_session(rig.client())), 0);
  EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get0_session(rig.client())), 0);
}

TEST_F(ServerContextTest, RefusesRenegotiation) {
  HandshakeRig rig(source_, ClientTrust::kNone, {.highest = TLS1_2_VERSION});
  ASSERT_EQ(rig.Shake(), kBothDone);
  ASSERT_EQ(SSL_renegotiate(rig.client()), 1);
  SSL_do_handshake(rig.client());
  EXPECT_THAT(rig.ServerReads(), testing::AnyOf("failed", "wants to read"));
  EXPECT_NE(SSL_do_handshake(rig.client()), 1) << "no second handshake is made";
  ERR_clear_error();
}

TEST_F(ServerContextTest, EndsAfterAFloodOfKeyUpdates) {
  HandshakeRig rig(source_, ClientTrust::kNone, {.lowest = TLS1_3_VERSION});
  ASSERT_EQ(rig.Shake(), kBothDone);
  std::string last = "wants to read";
  int updates = 0;
  for (; updates < 100 && last == "wants to read"; ++updates) {
    ASSERT_EQ(SSL_key_update(rig.client(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    ASSERT_EQ(SSL_do_handshake(rig.client()), 1);
    last = rig.ServerReads();
  }
  EXPECT_EQ(last, "failed");
  EXPECT_EQ(updates, 33);
}

TEST_F(ServerContextTest, AllowsTheKeyUpdatesASaneClientNeeds) {
  HandshakeRig rig(source_, ClientTrust::kNone, {.lowest = TLS1_3_VERSION});
  ASSERT_EQ(rig.Shake(), kBothDone);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(SSL_key_update(rig.client(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    ASSERT_EQ(SSL_write(rig.client(), "text", 4), 4);
    EXPECT_EQ(rig.ServerReads(), "text");
  }
}

// A large RSA key costs us milliseconds for each signature a stranger sends.
TEST_F(ServerContextTest, TakesNoClientKeyThatIsCostlyToCheck) {
  const auto shake_with = [&](int bits) {
    const Owned<EVP_PKEY, EVP_PKEY_free> key(EVP_RSA_gen(bits));
    const Owned<X509, X509_free> certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    // Trusted itself, so that its key alone can be the reason.
    const OwnedBio pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(pem.get(), certificate.get());
    source_.Show(server_.certificate_pem, server_.key_pem, BytesOf(pem.get()));
    HandshakeRig rig(source_, ClientTrust::kRequired);
    SSL_use_certificate(rig.client(), certificate.get());
    SSL_use_PrivateKey(rig.client(), key.get());
    return rig.Shake();
  };
  EXPECT_EQ(shake_with(2048), kBothDone);
  EXPECT_THAT(shake_with(4160), StartsWith("server failed"));
}

}  // namespace
}  // namespace keysteward::tls
