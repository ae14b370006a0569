// The state machine of one connection, driven step by step over a socket that is a script.
#include "http/beast/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "http/beast/body_budget.h"
#include "tests/http/beast/server_rig.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

// What the peer did and got.
struct Wire {
  std::deque<std::string> incoming;
  bool ended = false;        // the peer sends nothing more
  bool broken = false;       // writing fails
  size_t room = SIZE_MAX;    // bytes the socket takes before it is full
  std::string written = "";  // by us
  bool we_ended = false;
  tls::IoStatus handshake = tls::IoStatus::kDone;
};

class ScriptedStream final : public tls::SocketStream {
 public:
  explicit ScriptedStream(Wire& wire) : wire_(wire) {}
  tls::IoStatus Handshake() override { return wire_.handshake; }
  tls::IoResult Read(std::span<char> out) override {
    if (wire_.incoming.empty()) {
      return {wire_.ended ? tls::IoStatus::kClosed : tls::IoStatus::kWantRead, 0};
    }
    std::string& next = wire_.incoming.front();
    const size_t count = std::min(out.size(), next.size());
    std::copy_n(next.begin(), count, out.begin());
    next.erase(0, count);
    if (next.empty()) wire_.incoming.pop_front();
    return {tls::IoStatus::kDone, count};
  }
  tls::IoResult Write(std::string_view bytes) override {
    if (wire_.broken) return {tls::IoStatus::kFailed, 0};
    if (wire_.room == 0) return {tls::IoStatus::kWantWrite, 0};
    const size_t count = std::min(bytes.size(), wire_.room);
    wire_.written.append(bytes.substr(0, count));
    wire_.room -= count;
    return {tls::IoStatus::kDone, count};
  }
  void EndWriting() override { wire_.we_ended = true; }
  std::string PeerName() const override { return "peer-name"; }
  int fd() const override { return -1; }

 private:
  Wire& wire_;
};

class ConnectionTest : public testing::Test {
 protected:
  Connection Make() {
    return Connection(std::make_unique<ScriptedStream>(wire_), "192.0.2.1", {options_, budget_},
                      now_);
  }
  void Receive(std::string bytes) { wire_.incoming.push_back(std::move(bytes)); }

  ServerOptions options_;
  BodyBudget budget_{1 << 20};
  Wire wire_;
  MonoTime now_{1h};
};

TEST_F(ConnectionTest, ARequestIsHandledAnsweredAndFollowedByTheNext) {
  Connection connection = Make();
  EXPECT_EQ(connection.Advance(now_), Step::kWaitRead);
  Receive(RequestText("GET /a") + RequestText("GET /b"));
  ASSERT_EQ(connection.Advance(now_), Step::kHandle);
  EXPECT_EQ(connection.deadline(), MonoTime::max());
  const ServerRequest first = connection.TakeRequest();
  EXPECT_EQ(first.path, "/a");
  EXPECT_EQ(first.peer_address, "192.0.2.1");
  EXPECT_EQ(first.client_name, "peer-name");
  connection.Answer(HttpReply::Text(200, "one"), now_);
  ASSERT_EQ(connection.Advance(now_), Step::kHandle);
  EXPECT_EQ(connection.TakeRequest().path, "/b");
  connection.Answer(HttpReply::Text(200, "two"), now_);
  EXPECT_EQ(connection.Advance(now_), Step::kWaitRead);
  EXPECT_THAT(wire_.written, HasSubstr("one"));
  EXPECT_THAT(wire_.written, HasSubstr("two"));
  EXPECT_EQ(connection.deadline(), now_ + options_.limits.idle);
  EXPECT_EQ(connection.verdict(), "");
}

TEST_F(ConnectionTest, DeadlinesFollowThePhase) {
  Connection connection = Make();
  EXPECT_EQ(connection.deadline(), now_ + options_.limits.handshake);
  connection.Advance(now_);
  EXPECT_EQ(connection.deadline(), now_ + options_.limits.header) << "plain: asks at once or goes";
  Receive("POST /a HTTP/1.1\r\n");
  now_ += 1s;
  connection.Advance(now_);
  const MonoTime header = now_ + options_.limits.header;
  EXPECT_EQ(connection.deadline(), header);
  Receive("Host: a\r\n");
  now_ += 1s;
  connection.Advance(now_);
  EXPECT_EQ(connection.deadline(), header) << "more bytes give no more time";
  Receive("Content-Type: application/json\r\nContent-Length: 2\r\n\r\n");
  connection.Advance(now_);
  EXPECT_EQ(connection.deadline(), now_ + options_.limits.body);
  Receive("{}");
  ASSERT_EQ(connection.Advance(now_), Step::kHandle);
  connection.TakeRequest();
  wire_.room = 10;
  now_ += 1h;
  connection.Answer(HttpReply::Text(200, "x"), now_);
  EXPECT_EQ(connection.Advance(now_), Step::kWaitWrite);
  EXPECT_EQ(connection.deadline(), now_ + options_.limits.write);
}

TEST_F(ConnectionTest, LatenessIsAnswered408OrEnded) {
  Connection slow = Make();
  Receive("GET /");
  slow.Advance(now_);
  EXPECT_EQ(slow.Expire(now_), Step::kYield);
  EXPECT_EQ(slow.Advance(now_), Step::kWaitRead) << "lingers";
  EXPECT_THAT(wire_.written, StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_TRUE(wire_.we_ended);
  EXPECT_EQ(slow.verdict(), "header took too long");
  EXPECT_EQ(slow.Expire(now_), Step::kClose);

  wire_ = {};
  Connection idle = Make();
  idle.Advance(now_);
  EXPECT_EQ(idle.Expire(now_), Step::kClose);
  EXPECT_EQ(wire_.written, "");

  wire_.handshake = tls::IoStatus::kWantRead;
  Connection shaking = Make();
  EXPECT_EQ(shaking.Advance(now_), Step::kWaitRead);
  EXPECT_EQ(shaking.Expire(now_), Step::kClose);
  EXPECT_EQ(shaking.verdict(), "handshake took too long");
}

TEST_F(ConnectionTest, AReplyIsWrittenInAsManyPiecesAsTheSocketTakes) {
  Connection connection = Make();
  Receive(RequestText("GET /"));
  ASSERT_EQ(connection.Advance(now_), Step::kHandle);
  connection.TakeRequest();
  wire_.room = 0;
  connection.Answer(HttpReply::Text(200, "0123456789"), now_);
  for (int i = 0; i < 500 && connection.Advance(now_) == Step::kWaitWrite; ++i) wire_.room = 1;
  EXPECT_THAT(wire_.written, testing::EndsWith("\r\n\r\n0123456789"));
}

TEST_F(ConnectionTest, ARefusedClientMayReadItsAnswerButNotSendForEver) {
  Connection connection = Make();
  Receive("BAD\r\n");
  EXPECT_EQ(connection.Advance(now_), Step::kWaitRead);
  EXPECT_THAT(wire_.written, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_EQ(connection.deadline(), now_ + options_.limits.linger);
  Receive(std::string(2 * 1024 * 1024, 'x'));
  Step step = Step::kYield;
  for (int i = 0; i < 100 && step == Step::kYield; ++i) step = connection.Advance(now_);
  EXPECT_EQ(step, Step::kClose);
}

TEST_F(ConnectionTest, DrainingEndsAnIdleConnectionAndFinishesTheOthers) {
  Connection idle = Make();
  Receive(RequestText("GET /"));
  ASSERT_EQ(idle.Advance(now_), Step::kHandle);
  idle.TakeRequest();
  idle.Answer(HttpReply::Text(200, "x"), now_);
  EXPECT_EQ(idle.Advance(now_), Step::kWaitRead);
  idle.Drain(now_);
  EXPECT_EQ(idle.Advance(now_), Step::kClose);

  wire_ = {};
  Connection busy = Make();
  Receive(RequestText("GET /"));
  ASSERT_EQ(busy.Advance(now_), Step::kHandle);
  busy.TakeRequest();
  busy.Drain(now_);
  busy.Answer(HttpReply::Text(200, "x"), now_);
  busy.Advance(now_);
  EXPECT_THAT(wire_.written, HasSubstr("Connection: close\r\n"));

  wire_ = {};
  Connection fresh = Make();
  fresh.Advance(now_);
  fresh.Drain(now_);
  EXPECT_EQ(fresh.Advance(now_), Step::kWaitRead) << "it may still ask once";
  EXPECT_EQ(fresh.deadline(), now_ + options_.limits.linger);
}

TEST_F(ConnectionTest, APeerThatGoesAwayIsClosedWithItsVerdict) {
  Connection midway = Make();
  Receive("GET / HT");
  midway.Advance(now_);
  wire_.ended = true;
  EXPECT_EQ(midway.Advance(now_), Step::kClose);
  EXPECT_EQ(midway.verdict(), "request cut short");

  wire_ = {};
  Connection deaf = Make();
  Receive(RequestText("GET /"));
  ASSERT_EQ(deaf.Advance(now_), Step::kHandle);
  deaf.TakeRequest();
  wire_.broken = true;
  deaf.Answer(HttpReply::Text(200, "x"), now_);
  EXPECT_EQ(deaf.Advance(now_), Step::kClose);
  EXPECT_EQ(deaf.verdict(), "reply cut short");
}

TEST_F(ConnectionTest, AnUnknownClientNameIsTurnedAwayAfterTheHandshake) {
  options_.require_client_certificate = true;
  options_.client_names = {"somebody-else"};
  Connection connection = Make();
  Receive(RequestText("GET /"));
  EXPECT_EQ(connection.Advance(now_), Step::kClose);
  EXPECT_EQ(connection.verdict(), "client name not allowed");
  EXPECT_EQ(wire_.written, "");
}

}  // namespace
}  // namespace keysteward::http
