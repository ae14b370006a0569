// Caps on what all clients together may use.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <latch>

#include "observability/metric_names.h"
#include "tests/fakes/eventually.h"
#include "tests/http/beast/raw_client.h"
#include "tests/http/beast/server_rig.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;

TEST(Limits, FiveThousandConnectionsLeaveRoomForThoseAdmitted) {
  rlimit files{8192, 8192};
  setrlimit(RLIMIT_NOFILE, &files);
  ServerRig rig(ServerOptions{}, DescribeRequest);
  RawClient early = RawClient::Plain(rig.port());
  early.Send(RequestText("GET /"));
  ASSERT_EQ(early.ReadReply().status, 200);
  std::vector<RawClient> flood;
  for (int i = 0; i < 5000; ++i) flood.push_back(RawClient::Plain(rig.port()));
  early.Send(RequestText("GET /early"));
  EXPECT_EQ(early.ReadReply().body, "GET /early 0");
  EXPECT_LE(rig.metrics().Value(kHttpServerConnections, {{"server", "http"}}), 64);
  flood.clear();
  // The server learns of the closes in its own time.
  RawReply reply;
  for (int i = 0; i < 1000 && reply.status != 200; ++i) {
    RawClient late = RawClient::Plain(rig.port());
    late.Send(RequestText("GET /late"));
    reply = late.ReadReply();
  }
  EXPECT_EQ(reply.status, 200);
}

// A handler that waits until it is let go.
struct Gate {
  std::latch open{1};
  std::atomic<int> inside{0};
  HttpReply operator()(const ServerRequest& request) {
    ++inside;
    if (request.path == "/hold") open.wait();
    return DescribeRequest(request);
  }
  void AwaitInside(int count) const {
    while (inside < count) std::this_thread::yield();
  }
};

TEST(Limits, RequestsPastTheQueueAreAnswered503WithRetryAfter) {
  Gate gate;
  ServerOptions options;
  options.workers = 1;
  options.limits.queued_requests = 1;
  ServerRig rig(options, std::ref(gate));
  RawClient held = RawClient::Plain(rig.port());
  held.Send(RequestText("GET /hold"));
  gate.AwaitInside(1);
  // One of the two waits in the queue, the other is turned away at once.
  RawClient one = RawClient::Plain(rig.port());
  RawClient two = RawClient::Plain(rig.port());
  one.Send(RequestText("GET /one"));
  two.Send(RequestText("GET /two"));
  ASSERT_TRUE(Eventually([&] { return one.HasInput() || two.HasInput(); }));
  RawClient& refused = one.HasInput() ? one : two;
  RawClient& queued = &refused == &one ? two : one;
  const RawReply refusal = refused.ReadReply();
  EXPECT_EQ(refusal.status, 503);
  EXPECT_TRUE(refusal.Says("Retry-After: 1"));
  EXPECT_FALSE(refusal.Says("Connection: close"));
  EXPECT_EQ(rig.Refused("too many requests waiting"), 1);
  gate.open.count_down();
  EXPECT_EQ(held.ReadReply().status, 200);
  EXPECT_EQ(queued.ReadReply().status, 200);
}

TEST(Limits, ASlowHandlerDoesNotKeepOthersWaiting) {
  Gate gate;
  ServerOptions options;
  options.workers = 2;
  ServerRig rig(options, std::ref(gate));
  RawClient held = RawClient::Plain(rig.port());
  held.Send(RequestText("GET /hold"));
  gate.AwaitInside(1);
  RawClient other = RawClient::Plain(rig.port());
  other.Send(RequestText("GET /other"));
  EXPECT_EQ(other.ReadReply().body, "GET /other 0");
  gate.open.count_down();
  EXPECT_EQ(held.ReadReply().status, 200);
}

TEST(Limits, AnImmediateRequestDoesNotWaitForTheWorkers) {
  Gate gate;
  ServerOptions options;
  options.workers = 1;
  options.limits.queued_requests = 1;
  options.is_immediate = [](const ServerRequest& request) { return request.path == "/quick"; };
  ServerRig rig(options, std::ref(gate));
  RawClient held = RawClient::Plain(rig.port());
  held.Send(RequestText("GET /hold"));
  gate.AwaitInside(1);
  RawClient quick = RawClient::Plain(rig.port());
  for (int i = 0; i < 5; ++i) {
    quick.Send(RequestText("GET /quick"));
    EXPECT_EQ(quick.ReadReply().body, "GET /quick 0");
  }
  gate.open.count_down();
  EXPECT_EQ(held.ReadReply().status, 200);
}

TEST(Limits, BodiesTogetherStayWithinTheBudget) {
  Gate gate;
  ServerOptions options;
  options.limits.body_bytes = options.limits.body_budget = 1024 * 1024;
  ServerRig rig(options, std::ref(gate));
  const std::string fields = "Content-Type: application/json\r\nContent-Length: 700000\r\n";
  RawClient first = RawClient::Plain(rig.port());
  first.Send(RequestText("POST /hold", fields, std::string(700000, ' ')));
  gate.AwaitInside(1);
  RawClient second = RawClient::Plain(rig.port());
  second.Send(RequestText("POST /", fields, std::string(700000, ' ')));
  const RawReply refused = second.ReadReply();
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.Says("Retry-After: 1"));
  gate.open.count_down();
  EXPECT_EQ(first.ReadReply().body, "POST /hold 700000");
  RawClient third = RawClient::Plain(rig.port());
  third.Send(RequestText("POST /", fields, std::string(700000, ' ')));
  EXPECT_EQ(third.ReadReply().status, 200) << "the budget was not given back";
}

TEST(Limits, AClientThatLeavesKeepsItsBodyInTheBudgetUntilTheHandlerIsDone) {
  Gate gate;
  ServerOptions options;
  options.limits.body_bytes = options.limits.body_budget = 1024 * 1024;
  ServerRig rig(options, std::ref(gate));
  const std::string fields = "Content-Type: application/json\r\nContent-Length: 700000\r\n";
  {
    RawClient leaving = RawClient::Plain(rig.port());
    leaving.Send(RequestText("POST /hold", fields, std::string(700000, ' ')));
    gate.AwaitInside(1);
  }
  RawClient second = RawClient::Plain(rig.port());
  second.Send(RequestText("POST /", fields, std::string(700000, ' ')));
  EXPECT_EQ(second.ReadReply().status, 503);
  gate.open.count_down();
  RawReply reply;
  for (int i = 0; i < 1000 && reply.status != 200; ++i) {
    RawClient third = RawClient::Plain(rig.port());
    third.Send(RequestText("POST /", fields, std::string(700000, ' ')));
    reply = third.ReadReply();
  }
  EXPECT_EQ(reply.status, 200);
}

TEST(Handlers, AnExceptionIsA500AndTheProcessLives) {
  ServerRig rig(ServerOptions{}, [](const ServerRequest& request) -> HttpReply {
    if (request.path == "/throw") throw std::runtime_error("secret text");
    if (request.path == "/throw-int") throw 7;
    return DescribeRequest(request);
  });
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /throw"));
  EXPECT_EQ(client.ReadReply().status, 500);
  client.Send(RequestText("GET /throw-int"));
  EXPECT_EQ(client.ReadReply().status, 500);
  client.Send(RequestText("GET /"));
  EXPECT_EQ(client.ReadReply().status, 200);
  EXPECT_EQ(rig.log().Count("request handler threw"), 2);
  EXPECT_THAT(rig.log().Text(), testing::Not(testing::HasSubstr("secret text")));
}

TEST(Handlers, AReplyThatWouldSplitIsA500) {
  ServerRig rig(ServerOptions{}, [](const ServerRequest&) {
    HttpReply reply = HttpReply::Text(200, "x");
    reply.headers.emplace_back("Location", "/a\r\nSet-Cookie: b");
    return reply;
  });
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /"));
  const RawReply reply = client.ReadReply();
  EXPECT_EQ(reply.status, 500);
  EXPECT_THAT(reply.head, testing::Not(testing::HasSubstr("Set-Cookie")));
}

TEST(Handlers, AnAbandonedReplyIsAClosedConnection) {
  ServerRig rig(ServerOptions{}, [](const ServerRequest&) {
    HttpReply reply;
    reply.abandon = true;
    return reply;
  });
  RawClient client = RawClient::Plain(rig.port());
  client.Send(RequestText("GET /"));
  EXPECT_EQ(client.ReadReply().status, 0);
  EXPECT_TRUE(client.Closed());
}

TEST(Handlers, RunOnTheSocketThreadWithoutWorkers) {
  ServerOptions options;
  options.workers = 0;
  ServerRig rig(options, DescribeRequest);
  RawClient client = RawClient::Plain(rig.port());
  std::string all;
  for (int i = 0; i < 200; ++i) all += RequestText("GET /" + std::to_string(i));
  client.Send(all);
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(client.ReadReply().body, "GET /" + std::to_string(i) + " 0");
  }
  EXPECT_EQ(rig.metrics().Value(kHttpServerRequests, {{"server", "http"}, {"code", "200"}}), 200);
}

// Regression: sixteen requests of one connection were answered before another had its first.
TEST(Handlers, OnTheSocketThreadAConnectionWithMoreToAskWaitsForTheOthers) {
  Gate gate;
  std::vector<std::string> handled;  // by the socket thread
  ServerOptions options;
  options.workers = 0;
  ServerRig rig(options, [&](const ServerRequest& request) {
    handled.push_back(request.path);
    return gate(request);
  });
  RawClient greedy = RawClient::Plain(rig.port());
  RawClient other = RawClient::Plain(rig.port());
  greedy.Send(RequestText("GET /hold") + RequestText("GET /second") + RequestText("GET /third"));
  gate.AwaitInside(1);
  other.Send(RequestText("GET /other"));
  gate.open.count_down();
  EXPECT_EQ(other.ReadReply().body, "GET /other 0");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(greedy.ReadReply().status, 200);
  EXPECT_THAT(handled, testing::ElementsAre("/hold", "/other", "/second", "/third"));
}

TEST(Create, AnAddressInUseIsUnavailable) {
  ServerRig rig(ServerOptions{}, DescribeRequest);
  ServerOptions options;
  options.port = rig.port();
  FakeLogger log;
  FakeMetrics metrics;
  const SystemClock clock;
  const auto second = HttpServer::Create(options, DescribeRequest, log, metrics, clock);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(second.error().message,
            "listen on 127.0.0.1 port " + std::to_string(rig.port()) + ": Address already in use");
}

TEST(Create, WrongOptionsAreRefused) {
  FakeLogger log;
  FakeMetrics metrics;
  const SystemClock clock;
  ServerOptions named;
  named.bind_address = "localhost";
  EXPECT_EQ(HttpServer::Create(named, DescribeRequest, log, metrics, clock).error().message,
            "listen: \"localhost\" is not a numeric address");
  ServerOptions mutual;
  mutual.require_client_certificate = true;
  EXPECT_EQ(HttpServer::Create(mutual, DescribeRequest, log, metrics, clock).error().message,
            "server: client certificates need TLS");
  ServerOptions small;
  small.limits.body_budget = 1;
  EXPECT_EQ(HttpServer::Create(small, DescribeRequest, log, metrics, clock).error().message,
            "server: limits contradict each other");
}

}  // namespace
}  // namespace keysteward::http
