// Clients that are slow or silent are ended by their deadline, and not before it. Time moves only
// when the test says so, so the limits are those of the product.
#include <gtest/gtest.h>

#include <latch>

#include "tests/fakes/eventually.h"
#include "tests/http/beast/raw_client.h"
#include "tests/http/beast/server_rig.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;

class Deadlines : public testing::Test {
 protected:
  // Nothing comes until the last moment before `limit`.
  static void ExpectSilenceUntil(ServerRig& rig, const RawClient& client, Duration limit) {
    rig.Settle();
    rig.Advance(limit - 1ns);
    EXPECT_FALSE(client.HasInput());
    rig.Advance(1ns);
  }
  // Ends the drain: a client that does not go would be waited for.
  static void Finish(ServerRig& rig, RawClient& client) {
    client.EndWriting();
    rig.Stop();
    rig.Wait();
  }

  ServerOptions options_;
  const ServerLimits& limits_ = options_.limits;
};

TEST_F(Deadlines, AConnectionThatSaysNothingIsClosed) {
  ServerRig rig(options_, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  ExpectSilenceUntil(rig, client, limits_.header);
  EXPECT_TRUE(client.Closed());
}

TEST_F(Deadlines, AHandshakeThatDoesNotComeIsClosed) {
  TestIssuer issuer;
  SwappableSource source;
  source.Show(issuer.Server());
  options_.certificates = &source;
  ServerRig rig(options_, DescribeRequest);
  RawClient silent = RawClient::Plain(rig.port());
  RawClient half = RawClient::Plain(rig.port());
  half.Send(std::string_view("\x16\x03\x01\x02\x00\x01\x00", 7));
  ExpectSilenceUntil(rig, half, limits_.handshake);
  EXPECT_TRUE(silent.Closed());
  EXPECT_TRUE(half.Closed());
  EXPECT_EQ(rig.Refused("handshake took too long"), 2);
}

TEST_F(Deadlines, ASlowHeaderIsAnswered408EvenWhenItKeepsTrickling) {
  ServerRig rig(options_, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  client.Send("GET / HTTP/1.1\r\n");
  for (Duration passed{}; passed < limits_.header; passed += 500ms) {
    rig.Settle();
    EXPECT_FALSE(client.HasInput()) << "its time runs from its first byte";
    client.Send("A");
    rig.Advance(500ms);
  }
  EXPECT_EQ(client.ReadReply().status, 408);
  EXPECT_TRUE(client.Closed());
}

TEST_F(Deadlines, ASilentHeaderIsAnswered408) {
  ServerRig rig(options_, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  client.Send("GET / HTTP/1.1\r\nHost:");
  ExpectSilenceUntil(rig, client, limits_.header);
  EXPECT_EQ(client.ReadReply().status, 408);
  EXPECT_TRUE(client.Closed());
  Finish(rig, client);
  EXPECT_EQ(rig.Refused("header took too long"), 1);
}

TEST_F(Deadlines, ASlowBodyIsAnswered408) {
  ServerRig rig(options_, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  client.Send(
      RequestText("POST /", "Content-Type: application/json\r\nContent-Length: 10\r\n", "{"));
  ExpectSilenceUntil(rig, client, limits_.body);
  EXPECT_EQ(client.ReadReply().status, 408);
  EXPECT_TRUE(client.Closed());
  Finish(rig, client);
  EXPECT_EQ(rig.Refused("body took too long"), 1);
}

TEST_F(Deadlines, AnIdleKeepAliveConnectionIsClosedWithoutAnAnswer) {
  ServerRig rig(options_, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /"));
  EXPECT_EQ(client.ReadReply().status, 200);
  ExpectSilenceUntil(rig, client, limits_.idle);
  EXPECT_EQ(client.ReadReply().status, 0);
  EXPECT_TRUE(client.Closed());
}

TEST_F(Deadlines, EachRequestBeginsTheTimeAnew) {
  ServerRig rig(options_, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  for (int i = 0; i < 3; ++i) {
    client.Send(RequestText("GET /"));
    ASSERT_EQ(client.ReadReply().status, 200);
    rig.Advance(limits_.idle - 1ns);
  }
}

TEST_F(Deadlines, AReaderThatNeverReadsIsCutOff) {
  ServerRig rig(options_, [](const ServerRequest&) {
    return HttpReply::Text(200, std::string(64 * 1024 * 1024, 'x'));
  });
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /"));
  ASSERT_TRUE(Eventually([&] { return client.HasInput(); }));
  rig.Settle();
  rig.Advance(limits_.write - 1ns);
  EXPECT_EQ(rig.Refused("reply took too long"), 0);
  rig.Advance(1ns);
  // The counter is the only sign of it: this client does not look at its socket.
  EXPECT_EQ(rig.Refused("reply took too long"), 1);
}

TEST_F(Deadlines, ARefusedClientThatStaysIsCutOff) {
  ServerRig rig(options_, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  client.Send("BAD\r\n");
  EXPECT_EQ(client.ReadReply().status, 400);
  rig.Settle();
  EXPECT_TRUE(client.Send("still here")) << "it may read its answer in peace";
  rig.Advance(limits_.linger);
  rig.Stop();
  rig.Wait();  // would hang if the connection were still there
}

TEST_F(Deadlines, AHandlerMayTakeLongerThanAnyDeadline) {
  std::latch inside{1};
  std::latch open{1};
  ServerRig rig(options_, [&](const ServerRequest& request) {
    inside.count_down();
    open.wait();
    return DescribeRequest(request);
  });
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /slow"));
  inside.wait();
  rig.Advance(24h);
  open.count_down();
  EXPECT_EQ(client.ReadReply().body, "GET /slow 0");
}

}  // namespace
}  // namespace keysteward::http
