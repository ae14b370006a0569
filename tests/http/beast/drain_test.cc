// What happens to clients when the server is told to stop.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "tests/http/beast/raw_client.h"
#include "tests/http/beast/server_rig.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;

struct Gate {
  std::latch open{1};
  std::latch inside{1};
  HttpReply operator()(const ServerRequest& request) {
    inside.count_down();
    open.wait();
    return DescribeRequest(request);
  }
};

TEST(Drain, EndsAtOnceWhenNothingIsInFlight) {
  ServerOptions options;
  options.limits.drain = 1h;
  ServerRig rig(options, DescribeRequest);
  RawClient idle = RawClient::Plain(rig.port());
  idle.Send(RequestText("GET /"));
  ASSERT_EQ(idle.ReadReply().status, 200);
  rig.Stop();
  rig.Wait();  // would hang: the drain's own end is an hour away
  EXPECT_TRUE(idle.Closed());
  EXPECT_FALSE(RawClient::Plain(rig.port()).connected());
}

TEST(Drain, ARequestInFlightIsAnsweredAndItsConnectionClosed) {
  Gate gate;
  ServerRig rig(ServerOptions{}, std::ref(gate));
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /held"));
  gate.inside.wait();
  rig.Stop();
  // Only after the drain began does a new connection fail.
  while (RawClient::Plain(rig.port()).connected()) std::this_thread::yield();
  gate.open.count_down();
  const RawReply reply = client.ReadReply();
  EXPECT_EQ(reply.body, "GET /held 0");
  EXPECT_TRUE(reply.Says("Connection: close"));
  EXPECT_TRUE(client.Closed());
  client.EndWriting();
  rig.Wait();
}

TEST(Drain, ARequestHalfReadIsReadToItsEndAndAnswered) {
  ServerRig rig(ServerOptions{}, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("POST /",
                          "Content-Type: application/json\r\nContent-Length: 2\r\n"
                          "Expect: 100-continue\r\n"));
  ASSERT_EQ(client.ReadReply().status, 100);
  rig.Stop();
  while (RawClient::Plain(rig.port()).connected()) std::this_thread::yield();
  client.Send("{}");
  EXPECT_EQ(client.ReadReply().status, 200);
  client.EndWriting();
  rig.Wait();
}

TEST(Drain, AConnectionThatNeverAskedGetsItsChance) {
  ServerRig rig(ServerOptions{}, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  rig.Settle();
  rig.Stop();
  while (RawClient::Plain(rig.port()).connected()) std::this_thread::yield();
  client.Send(RequestText("GET /first"));
  const RawReply reply = client.ReadReply();
  EXPECT_EQ(reply.body, "GET /first 0");
  EXPECT_TRUE(reply.Says("Connection: close"));
  client.EndWriting();
  rig.Wait();
}

TEST(Drain, AHandlerThatDoesNotEndIsToldAndCutOff) {
  const ServerOptions options;
  std::atomic<bool> told = false;
  std::latch inside{1};
  const FakeClock standing;
  ServerRig rig(options, [&](const ServerRequest& request) {
    inside.count_down();
    told = !standing.SleepFor(1h, request.stop);
    return DescribeRequest(request);
  });
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /"));
  inside.wait();
  rig.Stop();
  while (RawClient::Plain(rig.port()).connected()) std::this_thread::yield();
  EXPECT_FALSE(told);
  rig.PassTime(options.limits.drain);
  client.Send("x");  // the server looks up
  rig.Wait();
  EXPECT_TRUE(told);
  EXPECT_EQ(client.ReadReply().status, 0);
  EXPECT_EQ(rig.log().Count("connections cut at the end of the drain"), 1);
}

TEST(Drain, UnderLoadNoAnswerIsCutShort) {
  ServerRig rig(ServerOptions{}, DescribeRequest);
  std::atomic<int> served = 0;
  std::atomic<int> torn = 0;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        RawClient client = RawClient::Plain(rig.port());
        while (client.connected() && client.Send(RequestText("GET /"))) {
          const RawReply reply = client.ReadReply();
          if (reply.status == 200) ++served;
          if (reply.status != 200 || reply.Says("Connection: close")) {
            // Closed while idle is in order: nothing of the request was taken.
            if (reply.status != 200 && !reply.head.empty()) ++torn;
            return;
          }
        }
      });
    }
    while (served < 200) std::this_thread::yield();
    rig.Stop();
    rig.Wait();
  }
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace keysteward::http
