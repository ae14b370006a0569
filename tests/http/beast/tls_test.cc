// TLS as the server speaks it: versions, suites, names, client certificates, hostile hellos, and a
// certificate that changes under load.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>

#include "tests/http/beast/raw_client.h"
#include "tests/http/beast/server_rig.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHttp1("\x08http/1.1", 9);
constexpr std::string_view kHttp2("\x02h2", 3);

class Tls : public testing::Test {
 protected:
  Tls() { source_.Show(issuer_.Server()); }

  ServerOptions Options() {
    ServerOptions options;
    options.certificates = &source_;
    return options;
  }
  TlsSetting Trusting() const { return {.ca_pem = issuer_.ca_pem(), .server_name = "localhost"}; }
  void ExpectGoodRequest(const ServerRig& rig, const TlsSetting& setting) {
    RawClient client = RawClient::Tls(rig.port(), setting);
    ASSERT_TRUE(client.connected());
    client.Send(RequestText("GET /good"));
    EXPECT_EQ(client.ReadReply().body, "GET /good 0");
  }

  TestIssuer issuer_;
  SwappableSource source_;
};

TEST_F(Tls, VerifiedHttp11OverTls13And12) {
  ServerRig rig(Options(), DescribeRequest);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsSetting setting = Trusting();
    setting.min_version = setting.max_version = version;
    setting.alpn = std::string(kHttp2) + std::string(kHttp1);
    ExpectGoodRequest(rig, setting);
  }
}

TEST_F(Tls, WithoutAlpnAndServerNameItIsHttp11) {
  ServerRig rig(Options(), DescribeRequest);
  ExpectGoodRequest(rig, {});
}

TEST_F(Tls, OldVersionsAreRefused) {
  ServerRig rig(Options(), DescribeRequest);
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    EXPECT_FALSE(
        RawClient::Tls(rig.port(), {.min_version = version, .max_version = version}).connected());
  }
  ExpectGoodRequest(rig, Trusting());
}

TEST_F(Tls, OnlyEphemeralAuthenticatedSuitesAreTaken) {
  ServerRig rig(Options(), DescribeRequest);
  for (const char* suite : {"AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384"}) {
    const TlsSetting setting{.max_version = TLS1_2_VERSION, .tls12_suites = suite};
    EXPECT_FALSE(RawClient::Tls(rig.port(), setting).connected()) << suite;
  }
  const TlsSetting good{.max_version = TLS1_2_VERSION,
                        .tls12_suites = "ECDHE-ECDSA-AES128-GCM-SHA256"};
  EXPECT_TRUE(RawClient::Tls(rig.port(), good).connected());
}

TEST_F(Tls, AnAlpnOfferWithoutHttp11IsRefused) {
  ServerRig rig(Options(), DescribeRequest);
  EXPECT_FALSE(RawClient::Tls(rig.port(), {.alpn = std::string(kHttp2)}).connected());
  ExpectGoodRequest(rig, Trusting());
}

TEST_F(Tls, RenegotiationIsRefused) {
  ServerRig rig(Options(), DescribeRequest);
  RawClient client = RawClient::Tls(rig.port(), {.max_version = TLS1_2_VERSION});
  ASSERT_TRUE(client.connected());
  ASSERT_EQ(SSL_renegotiate(client.ssl()), 1);
  client.Send(RequestText("GET /"));
  // The server neither handshakes again nor answers through a handshake that is under way.
  EXPECT_EQ(SSL_num_renegotiations(client.ssl()), 1);
  EXPECT_TRUE(SSL_renegotiate_pending(client.ssl()) == 1 || client.Closed());
  ExpectGoodRequest(rig, Trusting());
}

TEST_F(Tls, NoSessionIsResumed) {
  ServerRig rig(Options(), DescribeRequest);
  RawClient client = RawClient::Tls(rig.port(), Trusting());
  client.Send(RequestText("GET /"));
  ASSERT_EQ(client.ReadReply().status, 200);
  EXPECT_EQ(SSL_SESSION_has_ticket(SSL_get_session(client.ssl())), 0);
}

TEST_F(Tls, AFewKeyUpdatesAreFineAndAFloodIsNot) {
  ServerRig rig(Options(), DescribeRequest);
  RawClient client = RawClient::Tls(rig.port(), Trusting());
  const auto update = [&] {
    SSL_key_update(client.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    SSL_do_handshake(client.ssl());
  };
  update();
  client.Send(RequestText("GET /"));
  EXPECT_EQ(client.ReadReply().status, 200);
  for (int i = 0; i < 200; ++i) update();
  client.Send(RequestText("GET /"));
  EXPECT_EQ(client.ReadReply().status, 0);
  ExpectGoodRequest(rig, Trusting());
}

TEST_F(Tls, JunkInsteadOfAHelloIsClosed) {
  const ServerOptions options = Options();
  ServerRig rig(options, DescribeRequest);
  const std::string hello_of_60kb =
      std::string("\x16\x03\x01\x40\x00\x01\x00\xea\x60\x03\x03", 11) + std::string(16373, 'e');
  const std::string inputs[] = {
      std::string(300, '\x5a'),
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      std::string("\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10", 11) + std::string(40, '\x01'),
      std::string("\x16\x03\x00\x00\x2f\x01\x00\x00\x2b\x03\x00", 11) + std::string(41, '\x02'),
      std::string("\x16\x03\x01\xff\xff\x01", 6) + std::string(2000, 'z'),
      hello_of_60kb,
      std::string("\x17\x03\x03\x00\x10", 5) + std::string(16, 'q'),
  };
  for (const std::string& input : inputs) {
    RawClient client = RawClient::Plain(rig.port());
    client.Send(input);
    rig.Settle();
    rig.Advance(options.limits.handshake);  // some are the begin of a record that never ends
    EXPECT_TRUE(client.Closed());
    ExpectGoodRequest(rig, Trusting());
  }
}

TEST_F(Tls, FiveHundredHalfOpenHandshakesAreEndedByTheirDeadline) {
  ServerOptions options = Options();
  options.limits.connections_per_address = 512;
  ServerRig rig(options, DescribeRequest);
  std::vector<RawClient> half;
  for (int i = 0; i < 500; ++i) {
    half.push_back(RawClient::Plain(rig.port()));
    half.back().Send(std::string_view("\x16\x03\x01\x02\x00", 5));
  }
  ExpectGoodRequest(rig, Trusting());
  rig.Advance(options.limits.handshake - 1ns);
  for (const RawClient& client : half) ASSERT_FALSE(client.HasInput());
  rig.Advance(1ns);
  for (RawClient& client : half) ASSERT_TRUE(client.Closed());
}

TEST_F(Tls, NothingIsShownWhileThereIsNoPair) {
  SwappableSource empty;
  ServerOptions options = Options();
  options.certificates = &empty;
  ServerRig rig(options, DescribeRequest);
  EXPECT_FALSE(RawClient::Tls(rig.port(), {}).connected());
  empty.Show(issuer_.Server());
  ExpectGoodRequest(rig, Trusting());
}

class ClientCertificates : public Tls {
 protected:
  ServerOptions Mutual() {
    ServerOptions options = Options();
    options.require_client_certificate = true;
    options.client_names = {"api-server"};
    return options;
  }
  TlsSetting As(const TestIssuer::Identity& identity) const {
    TlsSetting setting = Trusting();
    setting.client_certificate_pem = identity.certificate_pem;
    setting.client_key_pem = identity.key_pem;
    return setting;
  }
  // In TLS 1.3 a client learns of the refusal only when it reads.
  static bool Served(const ServerRig& rig, const TlsSetting& setting) {
    RawClient client = RawClient::Tls(rig.port(), setting);
    client.Send(RequestText("GET /"));
    return client.ReadReply().status == 200;
  }
};

TEST_F(ClientCertificates, AreRequiredVerifiedAndNamed) {
  ServerRig rig(Mutual(), [](const ServerRequest& request) {
    return HttpReply::Text(200, request.client_name);
  });
  RawClient client = RawClient::Tls(rig.port(), As(issuer_.Client("api-server")));
  client.Send(RequestText("GET /"));
  EXPECT_EQ(client.ReadReply().body, "api-server");
  EXPECT_FALSE(Served(rig, Trusting())) << "no certificate";
  EXPECT_FALSE(Served(rig, As(issuer_.Client("somebody")))) << "name not allowed";
  EXPECT_FALSE(Served(rig, As(TestIssuer().Client("api-server")))) << "foreign authority";
  EXPECT_FALSE(Served(rig, As(issuer_.Client("api-server", tls::LeafUsage::kServer)))) << "usage";
  EXPECT_FALSE(Served(rig, As(issuer_.Client("api-server", tls::LeafUsage::kClient, 2020))))
      << "expired";
}

TEST_F(ClientCertificates, NobodyIsServedWithoutAnAuthorityToCheckThem) {
  tls::ServingPair pair = issuer_.Server();
  pair.client_ca = {};
  source_.Show(std::move(pair));
  ServerRig rig(Mutual(), DescribeRequest);
  EXPECT_FALSE(Served(rig, As(issuer_.Client("api-server"))));
}

TEST_F(Tls, TheCertificateIsSwappedUnderLoadWithoutOneFailure) {
  ServerRig rig(Options(), DescribeRequest);
  std::atomic<int> failures = 0;
  std::atomic<int> served = 0;
  const auto load = [&](bool reconnect, const std::stop_token& stop) {
    auto client = std::make_unique<RawClient>(RawClient::Tls(rig.port(), Trusting()));
    while (!stop.stop_requested()) {
      if (reconnect) client = std::make_unique<RawClient>(RawClient::Tls(rig.port(), Trusting()));
      const bool sent = client->connected() && client->Send(RequestText("GET /"));
      ++(sent && client->ReadReply().status == 200 ? served : failures);
    }
  };
  {
    std::vector<std::jthread> clients;
    for (const bool reconnect : {true, true, false, false}) {
      clients.emplace_back([&, reconnect](const std::stop_token& stop) { load(reconnect, stop); });
    }
    for (uint64_t version = 2; version <= 40; ++version) {
      tls::ServingPair pair = issuer_.Server(version);
      const std::string fingerprint = pair.chain.leaf().Fingerprint();
      source_.Show(std::move(pair));
      RawClient probe = RawClient::Tls(rig.port(), Trusting());
      EXPECT_EQ(probe.server_fingerprint(), fingerprint);
    }
    while (served < 500) std::this_thread::yield();
  }
  EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace keysteward::http
