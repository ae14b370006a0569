// Clients that are slow or silent are ended by their deadline. The limits are short, so that the
// tests wait for the server and not for the clock on the wall.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "tests/fakes/eventually.h"
#include "tests/http/beast/raw_client.h"
#include "tests/http/beast/server_rig.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;

constexpr Duration kShort = 100ms;
constexpr Duration kLong = 60s;

// Every deadline far away; the test shortens the one it is about.
ServerOptions Patient() {
  ServerOptions options;
  ServerLimits& limits = options.limits;
  limits.handshake = limits.header = limits.body = limits.idle = limits.write = kLong;
  return options;
}

Duration Since(std::chrono::steady_clock::time_point start) {
  return std::chrono::steady_clock::now() - start;
}

TEST(Deadlines, AConnectionThatSaysNothingIsClosed) {
  ServerOptions options = Patient();
  options.limits.header = kShort;
  ServerRig rig(options, DescribeRequest);
  const auto start = std::chrono::steady_clock::now();
  RawClient client = RawClient::Plain(rig.port());
  EXPECT_TRUE(client.Closed());
  EXPECT_GE(Since(start), kShort) << "not before its time; the other deadlines are a minute away";
}

TEST(Deadlines, AHandshakeThatDoesNotComeIsClosed) {
  TestIssuer issuer;
  SwappableSource source;
  source.Show(issuer.Server());
  ServerOptions options = Patient();
  options.certificates = &source;
  options.limits.handshake = kShort;
  ServerRig rig(options, DescribeRequest);
  RawClient silent = RawClient::Plain(rig.port());
  RawClient half = RawClient::Plain(rig.port());
  half.Send(std::string_view("\x16\x03\x01\x02\x00\x01\x00", 7));
  EXPECT_TRUE(silent.Closed());
  EXPECT_TRUE(half.Closed());
  rig.Stop();
  rig.Wait();
  EXPECT_EQ(rig.Refused("handshake took too long"), 2);
}

TEST(Deadlines, ASlowHeaderIsAnswered408EvenWhenItKeepsTrickling) {
  ServerOptions options = Patient();
  options.limits.header = kShort;
  ServerRig rig(options, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  client.Send("GET / HTTP/1.1\r\n");
  // One byte whenever the socket takes it would reset a deadline that runs from the last byte.
  const auto start = std::chrono::steady_clock::now();
  while (Since(start) < kShort * 2) client.Send("A");
  const RawReply reply = client.ReadReply();
  EXPECT_TRUE(reply.status == 408 || reply.status == 431) << reply.status;
  EXPECT_TRUE(client.Closed());
}

TEST(Deadlines, ASilentHeaderIsAnswered408) {
  ServerOptions options = Patient();
  options.limits.header = kShort;
  ServerRig rig(options, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  client.Send("GET / HTTP/1.1\r\nHost:");
  EXPECT_EQ(client.ReadReply().status, 408);
  EXPECT_TRUE(client.Closed());
  rig.Stop();
  rig.Wait();
  EXPECT_EQ(rig.Refused("header took too long"), 1);
}

TEST(Deadlines, ASlowBodyIsAnswered408) {
  ServerOptions options = Patient();
  options.limits.body = kShort;
  ServerRig rig(options, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  client.Send(
      RequestText("POST /", "Content-Type: application/json\r\nContent-Length: 10\r\n", "{"));
  EXPECT_EQ(client.ReadReply().status, 408);
  EXPECT_TRUE(client.Closed());
}

TEST(Deadlines, AnIdleKeepAliveConnectionIsClosedWithoutAnAnswer) {
  ServerOptions options = Patient();
  options.limits.idle = kShort;
  ServerRig rig(options, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /"));
  EXPECT_EQ(client.ReadReply().status, 200);
  EXPECT_EQ(client.ReadReply().status, 0);
  EXPECT_TRUE(client.Closed());
}

TEST(Deadlines, AReaderThatNeverReadsIsCutOff) {
  ServerOptions options = Patient();
  options.limits.write = kShort;
  ServerRig rig(options, [](const ServerRequest&) {
    return HttpReply::Text(200, std::string(64 * 1024 * 1024, 'x'));
  });
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /"));
  // The counter is the only sign of it: this client does not look at its socket.
  EXPECT_TRUE(Eventually([&] { return rig.Refused("reply took too long") == 1; }));
}

TEST(Deadlines, AHandlerMayTakeLongerThanAnyDeadline) {
  ServerOptions options;
  options.limits.header = options.limits.body = options.limits.idle = options.limits.write = kShort;
  const SystemClock clock;
  ServerRig rig(options, [&](const ServerRequest& request) {
    clock.SleepFor(kShort * 3, request.stop);
    return DescribeRequest(request);
  });
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /slow"));
  EXPECT_EQ(client.ReadReply().body, "GET /slow 0");
}

}  // namespace
}  // namespace keysteward::http
