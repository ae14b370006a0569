// What every HttpTransport promises, checked over real TLS sockets.
#include <gmock/gmock.h>

#include <thread>

#include "tests/http/hostile/transport_case.h"

namespace keysteward::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Conformance : public TransportCase {};
INSTANTIATE_TEST_SUITE_P(Transports, Conformance, ::testing::Values(Kind::kCpprest, Kind::kBeast),
                         KindName);

void Answer(RawConnection& connection) {
  while (connection.ReadRequest()) connection.Write(RawReply("200 OK", "hello"));
}

TEST_P(Conformance, AReplyArrivesWithStatusHeadersAndBody) {
  const Result<HttpResponse> reply = SendTo(
      RawReply("200 OK", "hello", "Content-Type: text/plain\r\nX-Kind: a\r\n"), {.timeout = 30s});
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "hello");
  EXPECT_EQ(FindHeader(reply->headers, "content-type"), "text/plain");
  EXPECT_EQ(FindHeader(reply->headers, "X-KIND"), "a");
}

TEST_P(Conformance, AnErrorStatusIsNotAnError) {
  for (const char* status : {"404 Not Found", "409 Conflict", "500 Oops", "503 Later"}) {
    const Result<HttpResponse> reply = SendTo(RawReply(status, "{}"), {.timeout = 30s}, "PUT");
    ASSERT_TRUE(reply) << reply.error().ToString();
    EXPECT_EQ(reply->status, std::stoi(status));
    EXPECT_EQ(reply->body, "{}");
  }
}

TEST_P(Conformance, TheBodyArrivesInEveryFraming) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
                              RawChunk("he") + RawChunk("llo") + RawChunk("");
  Result<HttpResponse> reply = SendTo(chunked, {.timeout = 30s});
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->body, "hello");

  RawServer closing(Localhost(), [](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
    connection.Close();
  });
  reply = MakeFor(closing)->Send({.target = "/"}, {.timeout = 30s});
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->body, "hello");
}

TEST_P(Conformance, ARequestWithoutReplyBodyEndsAtTheHeader) {
  Result<HttpResponse> reply =
      SendTo("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", {.timeout = 30s}, "HEAD");
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->body, "");
  reply = SendTo("HTTP/1.1 204 No Content\r\n\r\n", {.timeout = 30s}, "DELETE");
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->status, 204);
}

TEST_P(Conformance, EveryMethodArrivesWithItsBody) {
  RawServer server(Localhost(), Answer);
  const auto transport = MakeFor(server);
  const std::string body("a\0b\r\n\r\nc\xff", 9);
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const Result<HttpResponse> reply = transport->Send(
        {.method = method, .target = "/x", .headers = {{"Content-Type", "a/b"}}, .body = body},
        {.timeout = 30s});
    ASSERT_TRUE(reply) << reply.error().ToString();
    const std::string seen = server.Seen().back();
    EXPECT_EQ(seen.substr(0, seen.find(' ')), method);
    EXPECT_EQ(seen.substr(seen.size() - body.size()), body);
    EXPECT_THAT(seen, HasSubstr("Content-Type"));
  }
}

TEST_P(Conformance, TheTargetArrivesByteForByte) {
  RawServer server(Localhost(), Answer);
  const auto transport = MakeFor(server);
  for (const std::string target :
       {"/", "/a/", "/a%2Fb/c%20d", "/a//b", "/a/../b", "/a?b=c&d=e%3Df%2Cg", "/a?x=a+b",
        "/api/v1/secrets?labelSelector=a%20in%20%28b%29&watch=true",
        "/apis/a.b/v1/namespaces/n/x:sub?k=%C3%A4", "/a?q=/b?c", "/a;b=c", "/~x!$'()*@"}) {
    const Result<HttpResponse> reply = transport->Send({.target = target}, {.timeout = 30s});
    ASSERT_TRUE(reply) << target << ": " << reply.error().ToString();
    EXPECT_THAT(server.Seen().back(), ::testing::StartsWith("GET " + target + " HTTP/1.1\r\n"));
  }
}

TEST_P(Conformance, TheBasePathStandsBeforeTheTarget) {
  RawServer server(Localhost(), Answer);
  const auto transport = Make(OptionsFor(server.Url() + "/k8s/clusters/c-1/"));
  ASSERT_TRUE(transport->Send({.target = "/version?x=y"}, {.timeout = 30s}));
  EXPECT_THAT(server.Seen().back(), HasSubstr("GET /k8s/clusters/c-1/version?x=y HTTP/1.1\r\n"));
}

TEST_P(Conformance, HeadersAreWrittenOnceAndWithoutAcceptEncoding) {
  RawServer server(Localhost(), Answer);
  const auto transport = MakeFor(server);
  const Result<HttpResponse> reply =
      transport->Send({.method = "POST",
                       .target = "/",
                       .headers = {{"Authorization", "Bearer t"}, {"Accept", "application/json"}}},
                      {.timeout = 30s});
  ASSERT_TRUE(reply) << reply.error().ToString();
  const std::string seen = server.Seen().back();
  EXPECT_THAT(seen, HasSubstr("Authorization"));
  EXPECT_THAT(seen, HasSubstr("Bearer t\r\n"));
  EXPECT_THAT(seen, HasSubstr("keysteward\r\n"));
  EXPECT_THAT(seen, HasSubstr("Host: localhost:" + std::to_string(server.port()) + "\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("Accept-Encoding")));
  EXPECT_THAT(seen, Not(HasSubstr("octet-stream")));
}

TEST_P(Conformance, ARequestThatCouldHoldASecondOneIsRefused) {
  RawServer server(Localhost(), Answer);
  const auto transport = MakeFor(server);
  const HttpRequest bad[] = {
      {.method = "GET /x HTTP/1.1\r\nA: b"},
      {.target = "//evil.example/x"},
      {.target = "http://evil.example/"},
      {.target = "/a b"},
      {.target = "/a\r\nX: y"},
      {.target = "/a#b"},
      {.headers = {{"X", "a\r\nY: b"}}},
      {.headers = {{"X", std::string("a\0b", 3)}}},
      {.headers = {{"X\r\n", "a"}}},
      {.headers = {{"Host", "evil.example"}}},
      {.headers = {{"content-length", "5"}}},
      {.headers = {{"Transfer-Encoding", "chunked"}}},
  };
  for (const HttpRequest& request : bad) {
    const Result<HttpResponse> reply = transport->Send(request, {.timeout = 30s});
    EXPECT_THAT(ErrorOf(reply), HasSubstr("InvalidArgument: "));
  }
  EXPECT_EQ(server.requests(), 0);
}

TEST_P(Conformance, CallsOneAfterAnotherShareAConnection) {
  RawServer server(Localhost(), Answer);
  const auto transport = MakeFor(server);
  for (int i = 0; i < 40; ++i) {
    const HttpRequest request{.method = i % 2 ? "GET" : "POST", .body = i % 2 ? "" : "x"};
    const Result<HttpResponse> reply = transport->Send(request, {.timeout = 30s});
    ASSERT_TRUE(reply) << reply.error().ToString();
  }
  EXPECT_EQ(server.requests(), 40);
  EXPECT_EQ(server.connections(), 1);
}

TEST_P(Conformance, NoMoreConnectionsThanTheLimitAreUsed) {
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  RawServer server(Localhost(), [&](RawConnection& connection) {
    while (connection.ReadRequest()) {
      const int seen = ++now;
      int before = most;
      while (seen > before && !most.compare_exchange_weak(before, seen)) {
      }
      connection.Pause(5ms);
      --now;
      connection.Write(RawReply("200 OK", "hello"));
    }
  });
  TransportOptions options = OptionsFor(server.Url());
  options.max_connections = 2;
  const auto transport = Make(std::move(options));
  std::vector<std::jthread> callers;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      for (int j = 0; j < 5; ++j) {
        if (transport->Send({}, {.timeout = 60s})) ++good;
      }
    });
  }
  callers.clear();
  EXPECT_EQ(good, 40);
  EXPECT_LE(most, 2);
  EXPECT_LE(server.connections(), 2);
}

TEST_P(Conformance, ACallThatFindsNoPlaceInTimeWasNotSent) {
  RawServer server(Localhost(), [](RawConnection& connection) {
    connection.ReadRequest();
    connection.WaitClosed();
  });
  TransportOptions options = OptionsFor(server.Url());
  options.max_connections = 1;
  const auto transport = Make(std::move(options));
  std::stop_source stop;
  std::jthread first(
      [&] { (void)transport->Send({}, {.stop = stop.get_token(), .timeout = 20s}); });
  while (server.requests() == 0) std::this_thread::yield();
  const Result<HttpResponse> second = transport->Send({}, {.timeout = 50ms});
  EXPECT_THAT(ErrorOf(second), HasSubstr("Unavailable: "));
  EXPECT_THAT(ErrorOf(second), HasSubstr("too many calls to this server are in flight"));
  stop.request_stop();
}

TEST_P(Conformance, AStoppedCallEndsAtOnce) {
  RawServer server(Localhost(), [](RawConnection& connection) {
    connection.ReadRequest();
    connection.WaitClosed();
  });
  const auto transport = MakeFor(server);
  std::stop_source stop;
  std::jthread stopper([&] {
    while (server.requests() == 0) std::this_thread::yield();
    stop.request_stop();
  });
  const MonoTime start = clock_.MonoNow();
  const Result<HttpResponse> reply =
      transport->Send({.method = "POST"}, {.stop = stop.get_token(), .timeout = 60s});
  EXPECT_THAT(ErrorOf(reply), HasSubstr("Cancelled: "));
  EXPECT_LT(clock_.MonoNow() - start, 10s);
  EXPECT_THAT(ErrorOf(transport->Send({}, {.stop = stop.get_token()})), HasSubstr("Cancelled: "));
}

TEST_P(Conformance, ARefusedConnectionMeansNotSent) {
  uint16_t port = 0;
  {
    RawServer gone(Localhost(), Answer);
    port = gone.port();
  }
  const auto transport = Make(OptionsFor("https://localhost:" + std::to_string(port)));
  const Result<HttpResponse> reply = transport->Send({.method = "POST"}, {.timeout = 30s});
  EXPECT_EQ(reply.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(ErrorOf(reply), HasSubstr("localhost:" + std::to_string(port)));
}

TEST_P(Conformance, AClientCertificateIsShownWhenAsked) {
  TestAuthority clients("client authority");
  RawServer server(Localhost(), Answer, clients.certificate_pem());
  TransportOptions options = OptionsFor(server.Url());
  const TestIdentity identity = clients.Issue({.common_name = "operator", .client = true});
  options.client_certificate_pem = identity.certificate_pem;
  options.client_key_pem = SecretBytes::CopyOf(identity.key_pem);
  EXPECT_TRUE(Make(std::move(options))->Send({}, {.timeout = 30s}));
  const Result<HttpResponse> without = MakeFor(server)->Send({}, {.timeout = 30s});
  EXPECT_FALSE(without);
  EXPECT_EQ(server.requests(), 1);
}

TEST_P(Conformance, TheNameToExpectCanBeGiven) {
  RawServer server(authority_.Issue({.dns_names = {"api.example"}}), Answer);
  TransportOptions options = OptionsFor(server.Url("127.0.0.1"));
  options.trust.server_name = "api.example";
  const Result<HttpResponse> reply = Make(std::move(options))->Send({}, {.timeout = 30s});
  EXPECT_TRUE(reply) << reply.error().ToString();
}

TEST_P(Conformance, AnAddressIsCheckedAgainstTheCertificate) {
  RawServer server(Localhost(), Answer);
  EXPECT_TRUE(Make(OptionsFor(server.Url("127.0.0.1")))->Send({}, {.timeout = 30s}));
}

TEST_P(Conformance, VerificationIsSkippedOnlyWhenAsked) {
  RawServer server(TestAuthority::SelfSigned({.dns_names = {"other"}}), Answer);
  TransportOptions options = OptionsFor(server.Url());
  options.trust.insecure_skip_verify = true;
  const Result<HttpResponse> reply = Make(std::move(options))->Send({}, {.timeout = 30s});
  EXPECT_TRUE(reply) << reply.error().ToString();
}

}  // namespace
}  // namespace keysteward::http
