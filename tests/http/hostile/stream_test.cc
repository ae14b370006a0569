// Stream() of both transports: lines, back-pressure, silence, ends.
#include <gmock/gmock.h>

#include <future>

#include "tests/http/hostile/transport_case.h"

namespace keysteward::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Streaming : public TransportCase {
 protected:
  static constexpr const char* kHead =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
};
INSTANTIATE_TEST_SUITE_P(Transports, Streaming, ::testing::Values(Kind::kCpprest, Kind::kBeast),
                         KindName);

TEST_P(Streaming, LinesArriveWholeHoweverTheyAreCut) {
  RawServer server(Localhost(), [](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(kHead + RawChunk("one\ntw") + RawChunk("o") + RawChunk("\r\n\nfour\nfi"));
    connection.Write(RawChunk("ve") + RawChunk(""));
    connection.WaitClosed();
  });
  std::vector<std::string> lines;
  const Result<HttpResponse> reply =
      MakeFor(server)->Stream({.target = "/"}, CollectInto(lines), {.timeout = 30s});
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "");
  EXPECT_THAT(lines, ElementsAre("one", "two", "", "four", "five"));
}

TEST_P(Streaming, ALineArrivesBeforeTheNextOneIsSent) {
  std::promise<void> first_seen;
  RawServer server(Localhost(), [&](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(kHead + RawChunk("one\n"));
    first_seen.get_future().wait();
    connection.Write(RawChunk("two\n") + RawChunk(""));
    connection.WaitClosed();
  });
  int lines = 0;
  const LineSink sink = [&](std::string_view line) -> Result<void> {
    if (line == "one") first_seen.set_value();
    ++lines;
    return {};
  };
  const Result<HttpResponse> reply = MakeFor(server)->Stream({}, sink, {.timeout = 60s});
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(lines, 2);
}

TEST_P(Streaming, AnotherStatusReturnsLikeSend) {
  RawServer server(Localhost(), [](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(RawReply("410 Gone", "{\"code\":\n410}"));
    connection.WaitClosed();
  });
  std::vector<std::string> lines;
  const Result<HttpResponse> reply = MakeFor(server)->Stream({}, CollectInto(lines), {});
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->status, 410);
  EXPECT_EQ(reply->body, "{\"code\":\n410}");
  EXPECT_THAT(lines, ElementsAre());
}

TEST_P(Streaming, TheErrorOfTheSinkEndsTheStreamAndComesBackUnchanged) {
  RawServer server(Localhost(), [](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(kHead);
    while (connection.Write(RawChunk("event\n"))) {
    }
  });
  int lines = 0;
  const Error mine = Error::Unavailable("handler went away");
  const LineSink sink = [&](std::string_view) -> Result<void> {
    if (++lines == 3) return mine;
    return {};
  };
  const Result<HttpResponse> reply = MakeFor(server)->Stream({}, sink, {.timeout = 60s});
  EXPECT_THAT(ErrorOf(reply), HasSubstr("Unavailable: "));
  EXPECT_THAT(ErrorOf(reply), HasSubstr("handler went away"));
  EXPECT_EQ(lines, 3);
}

TEST_P(Streaming, ABusySinkHoldsTheServerBack) {
  const std::string chunk = RawChunk(std::string(64 * 1024 - 1, 'x') + "\n");
  RawServer server(Localhost(), [&](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(kHead);
    while (connection.Write(chunk)) {
    }
  });
  uint64_t before = 0;
  uint64_t after = 0;
  const LineSink sink = [&](std::string_view) -> Result<void> {
    // The sink returns only when the server could write nothing more for 50 ms, 20 times over.
    const MonoTime give_up = clock_.MonoNow() + 20s;
    before = server.bytes_written();
    for (int still = 0; still < 20 && clock_.MonoNow() < give_up;) {
      clock_.SleepFor(50ms, std::stop_token());
      still = server.bytes_written() == after ? still + 1 : 0;
      after = server.bytes_written();
    }
    return Error::Internal("enough");
  };
  const Result<HttpResponse> reply = MakeFor(server)->Stream({}, sink, {.timeout = 60s});
  EXPECT_THAT(ErrorOf(reply), HasSubstr("enough"));
  // What the sockets' own buffers take; a transport that reads on would reach gigabytes.
  EXPECT_LT(after, 24u << 20);
}

TEST_P(Streaming, TimeSpentInTheSinkIsNotSilence) {
  RawServer server(Localhost(), [&](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(kHead + RawChunk("one\n"));
    connection.Pause(100ms);
    connection.Write(RawChunk("two\n") + RawChunk(""));
    connection.WaitClosed();
  });
  const LineSink sink = [&](std::string_view line) -> Result<void> {
    if (line == "one") clock_.SleepFor(5s, std::stop_token());
    return {};
  };
  const Result<HttpResponse> reply = MakeFor(server)->Stream({}, sink, {.timeout = 4s});
  EXPECT_TRUE(reply) << reply.error().ToString();
}

TEST_P(Streaming, SilenceEndsTheStream) {
  RawServer server(Localhost(), [](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(kHead + RawChunk("one\n"));
    connection.WaitClosed();
  });
  std::vector<std::string> lines;
  const MonoTime start = clock_.MonoNow();
  const Result<HttpResponse> reply =
      MakeFor(server)->Stream({}, CollectInto(lines), {.timeout = 4s});
  EXPECT_THAT(ErrorOf(reply), HasSubstr("UnknownOutcome: "));
  EXPECT_THAT(lines, ElementsAre("one"));
  EXPECT_LT(clock_.MonoNow() - start, 30s);
}

TEST_P(Streaming, AStopEndsTheStreamAtOnceAndTheServerSeesIt) {
  std::promise<void> closed;
  RawServer server(Localhost(), [&](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(kHead + RawChunk("one\n"));
    connection.WaitClosed();
    closed.set_value();
  });
  const auto transport = MakeFor(server);
  std::stop_source stop;
  const LineSink sink = [&](std::string_view) -> Result<void> {
    stop.request_stop();
    return {};
  };
  const Result<HttpResponse> reply =
      transport->Stream({}, sink, {.stop = stop.get_token(), .timeout = 60s});
  EXPECT_THAT(ErrorOf(reply), HasSubstr("Cancelled: "));
  EXPECT_EQ(closed.get_future().wait_for(10s), std::future_status::ready);
}

TEST_P(Streaming, AStreamThatIsCutIsNotAnEnd) {
  RawServer server(Localhost(), [](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(kHead + RawChunk("one\n"));
    connection.Close();
  });
  std::vector<std::string> lines;
  const Result<HttpResponse> reply = MakeFor(server)->Stream({}, CollectInto(lines), {});
  EXPECT_THAT(ErrorOf(reply), HasSubstr("UnknownOutcome: "));
  EXPECT_THAT(lines, ElementsAre("one"));
}

TEST_P(Streaming, StreamsDoNotUseUpThePlacesOfCalls) {
  RawServer server(Localhost(), [](RawConnection& connection) {
    while (const std::optional<std::string> request = connection.ReadRequest()) {
      if (request->find("GET /watch") == 0) {
        connection.Write(kHead + RawChunk("one\n"));
        connection.WaitClosed();
        return;
      }
      connection.Write(RawReply("200 OK", "hello"));
    }
  });
  TransportOptions options = OptionsFor(server.Url());
  options.max_connections = 1;
  options.max_streams = 1;
  const auto transport = Make(std::move(options));
  std::stop_source stop;
  const LineSink sink = [&](std::string_view) -> Result<void> {
    EXPECT_TRUE(transport->Send({}, {.timeout = 30s}));
    stop.request_stop();
    return {};
  };
  const Result<HttpResponse> reply =
      transport->Stream({.target = "/watch"}, sink, {.stop = stop.get_token(), .timeout = 20s});
  EXPECT_THAT(ErrorOf(reply), HasSubstr("Cancelled: "));
}

}  // namespace
}  // namespace keysteward::http
