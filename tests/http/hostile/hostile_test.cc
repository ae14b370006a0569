// Servers that mean harm or are broken: every one gets a typed error in bounded memory and time.
#include <gmock/gmock.h>

#include <thread>

#include "tests/fakes/eventually.h"
#include "tests/http/hostile/transport_case.h"

namespace keysteward::http {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
// What the buffers of two sockets on one machine may hold beside what the client took.
constexpr uint64_t kSocketBuffers = 16u << 20;

class Hostile : public TransportCase {
 protected:
  void TearDown() override {
    // The process and the transport still work: an honest server is answered.
    const Result<HttpResponse> reply = SendTo(RawReply("200 OK", "alive"), {.timeout = 60s});
    ASSERT_TRUE(reply) << reply.error().ToString();
    EXPECT_EQ(reply->body, "alive");
  }

  // Writes `head` once and then `piece` until the client goes; returns the error of the call.
  std::string Flood(const std::string& head, const std::string& piece, const CallOptions& options,
                    bool stream = false) {
    RawServer server(Localhost(), [&](RawConnection& connection) {
      if (!connection.ReadRequest()) return;
      connection.Write(head);
      while (!connection.server_stopping() && connection.Write(piece)) {
      }
    });
    const auto transport = MakeFor(server);
    std::vector<std::string> lines;
    const std::string error = ErrorOf(stream ? transport->Stream({}, CollectInto(lines), options)
                                             : transport->Send({.method = "POST"}, options));
    flooded_ = server.bytes_written();
    return error;
  }

  uint64_t flooded_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Transports, Hostile, ::testing::Values(Kind::kCpprest, Kind::kBeast),
                         KindName);

TEST_P(Hostile, ImpossibleChunkSizesAreErrors) {
  for (const char* size : {"-1", "-2", "-3", "-80000000", "ffffffffffffffff", "10000000000000000",
                           "80000000", "zz", "", " "}) {
    const std::string bytes = std::string(kChunked) + size + "\r\nhello\r\n0\r\n\r\n";
    const Result<HttpResponse> reply = PostOnKept(
        [&](RawConnection& connection) {
          connection.Write(bytes);
          connection.WaitClosed();
        },
        2s);
    EXPECT_THAT(ErrorOf(reply), AnyOf(HasSubstr("UnknownOutcome: "), HasSubstr("TooLarge: ")))
        << "chunk size " << size;
  }
}

TEST_P(Hostile, AChunkOfTwoGigabytesIsNotCollected) {
  const CallOptions options{.timeout = 60s, .max_body = 1 << 20};
  EXPECT_THAT(Flood(std::string(kChunked) + "7fffffff\r\n", std::string(65536, 'x'), options),
              HasSubstr("TooLarge: "));
  EXPECT_LT(flooded_, options.max_body + kSocketBuffers);
}

TEST_P(Hostile, AChunkOfTwoGigabytesIsNotCollectedInAStream) {
  const CallOptions options{.timeout = 60s, .max_body = 1 << 20};
  EXPECT_THAT(Flood(std::string(kChunked) + "7fffffff\r\n", std::string(65536, 'x'), options, true),
              HasSubstr("TooLarge: "));
  EXPECT_LT(flooded_, options.max_body + kSocketBuffers);
}

TEST_P(Hostile, AnEndlessHeaderIsCut) {
  const std::string field = "X-Field: " + std::string(1000, 'a') + "\r\n";
  EXPECT_THAT(Flood("HTTP/1.1 200 OK\r\n", field, {.timeout = 60s}), HasSubstr("TooLarge: "));
  EXPECT_LT(flooded_, kSocketBuffers);
  EXPECT_THAT(Flood("HTTP/1.1 200 OK\r\n", field, {.timeout = 60s}, true), HasSubstr("TooLarge: "));
}

TEST_P(Hostile, AnEndlessHeaderLineIsCut) {
  EXPECT_THAT(Flood("HTTP/1.1 200 ", std::string(4096, 'a'), {.timeout = 60s}),
              HasSubstr("TooLarge: "));
  EXPECT_LT(flooded_, kSocketBuffers);
}

TEST_P(Hostile, AHeaderAboveTheLimitIsRefusedEvenWhenItEnds) {
  std::string fields;
  for (int i = 0; i < 20; ++i)
    fields += "X-" + std::to_string(i) + ": " + std::string(1000, 'a') + "\r\n";
  EXPECT_THAT(ErrorOf(SendTo(RawReply("200 OK", "x", fields), {.timeout = 30s})),
              HasSubstr("TooLarge: "));
  fields.clear();
  for (int i = 0; i < 101; ++i) fields += "X-" + std::to_string(i) + ": a\r\n";
  EXPECT_THAT(ErrorOf(SendTo(RawReply("200 OK", "x", fields), {.timeout = 30s})),
              HasSubstr("TooLarge: "));
}

TEST_P(Hostile, AnEndlessChunkHeaderIsCut) {
  const CallOptions options{.timeout = 60s, .max_body = 1 << 20};
  EXPECT_THAT(Flood(std::string(kChunked) + "5;", std::string(4096, 'e'), options),
              HasSubstr("TooLarge: "));
  EXPECT_LT(flooded_, options.max_body + kSocketBuffers);
}

TEST_P(Hostile, ABodyOfAGigabyteIsCutAtTheCap) {
  const CallOptions options{.timeout = 60s, .max_body = 4 << 20};
  const std::string piece(65536, 'x');
  EXPECT_THAT(Flood("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", piece, options),
              HasSubstr("TooLarge: "));
  EXPECT_LT(flooded_, options.max_body + kSocketBuffers);
  EXPECT_THAT(Flood("HTTP/1.1 200 OK\r\n\r\n", piece, options), HasSubstr("TooLarge: "));
  EXPECT_LT(flooded_, options.max_body + kSocketBuffers);
  EXPECT_THAT(Flood(kChunked, RawChunk(piece), options), HasSubstr("TooLarge: "));
  EXPECT_LT(flooded_, options.max_body + kSocketBuffers);
}

TEST_P(Hostile, ABodyThatJustFitsIsTaken) {
  const CallOptions options{.timeout = 60s, .max_body = 4 << 20};
  const std::string body(4 << 20, 'x');
  Result<HttpResponse> reply = SendTo(RawReply("200 OK", body), options);
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->body.size(), body.size());
  reply = SendTo(kChunked + RawChunk(body) + RawChunk(""), options);
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->body.size(), body.size());
  EXPECT_THAT(ErrorOf(SendTo(RawReply("200 OK", body + "x"), options)), HasSubstr("TooLarge: "));
}

TEST_P(Hostile, AWatchLineOf64MegabytesIsCut) {
  const CallOptions options{.timeout = 60s, .max_body = 2 << 20};
  EXPECT_THAT(Flood(kChunked, RawChunk(std::string(32768, 'x')), options, true),
              HasSubstr("TooLarge: "));
  EXPECT_LT(flooded_, options.max_body + kSocketBuffers);
}

TEST_P(Hostile, CompressedBytesAreCountedAndNeverExpanded) {
  const std::string bomb = "\x1f\x8b\x08" + std::string(100'000, '\0');
  const Result<HttpResponse> reply =
      SendTo(RawReply("200 OK", bomb, "Content-Encoding: gzip\r\n"), {.timeout = 30s});
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->body, bomb);
  EXPECT_THAT(ErrorOf(SendTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" +
                                 RawChunk(bomb) + RawChunk(""),
                             {.timeout = 30s})),
              HasSubstr("UnknownOutcome: "));
}

TEST_P(Hostile, ARedirectIsNotFollowedAndTheTokenStaysHere) {
  RawServer thief(Localhost(), [](RawConnection& connection) {
    while (connection.ReadRequest()) connection.Write(RawReply("200 OK", "stolen"));
  });
  for (const char* status : {"301 Moved", "302 Found", "303 Other", "307 Temp", "308 Perm"}) {
    RawServer server(Localhost(), [&](RawConnection& connection) {
      connection.ReadRequest();
      connection.Write(RawReply(status, "", "Location: " + thief.Url() + "/take\r\n"));
      connection.WaitClosed();
    });
    const Result<HttpResponse> reply = MakeFor(server)->Send(
        {.target = "/", .headers = {{"Authorization", "Bearer token"}}}, {.timeout = 30s});
    ASSERT_TRUE(reply) << reply.error().ToString();
    EXPECT_EQ(reply->status, std::stoi(status));
  }
  EXPECT_EQ(thief.connections(), 0);
}

TEST_P(Hostile, AnInterimAnswerIsNotAnAnswer) {
  for (const char* status : {"100 Continue", "101 Switching Protocols", "103 Early Hints"}) {
    const std::string reply =
        std::string("HTTP/1.1 ") + status + "\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n";
    EXPECT_THAT(ErrorOf(SendTo(reply, {.timeout = 30s}, "POST")), HasSubstr("UnknownOutcome: "));
  }
}

TEST_P(Hostile, AMalformedReplyIsAnUnknownOutcome) {
  const std::string replies[] = {
      "hello world\r\n\r\n",
      "SSH-2.0-x\r\n\r\n",
      "HTTP/1.1 abc OK\r\n\r\n",
      "HTTP/1.1 99999 OK\r\n\r\n",
      "HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
  };
  for (const std::string& reply : replies) {
    RawServer server(Localhost(), [&](RawConnection& connection) {
      connection.ReadRequest();
      connection.Write(reply);
      connection.Close();
    });
    const Result<HttpResponse> answer =
        MakeFor(server)->Send({.method = "POST"}, {.timeout = 30s, .max_body = 1 << 20});
    EXPECT_THAT(ErrorOf(answer), AnyOf(HasSubstr("UnknownOutcome: "), HasSubstr("TooLarge: ")))
        << reply;
    EXPECT_THAT(ErrorOf(answer), Not(HasSubstr("hello"))) << "quotes the server";
  }
}

TEST_P(Hostile, ATruncatedBodyIsNotAReply) {
  const std::string cut[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
      std::string(kChunked) + "a\r\nhello",
      kChunked + RawChunk("hello"),
      std::string(kChunked) + "5",
      "HTTP/1.1 200 OK\r\nContent-Le",
      "",
  };
  for (const std::string& reply : cut) {
    for (const bool notify : {true, false}) {
      RawServer server(Localhost(), [&](RawConnection& connection) {
        connection.ReadRequest();
        connection.Write(reply);
        connection.Close(notify);
      });
      const Result<HttpResponse> answer = MakeFor(server)->Send({}, {.timeout = 30s});
      EXPECT_THAT(ErrorOf(answer), HasSubstr("UnknownOutcome: ")) << reply;
    }
  }
}

TEST_P(Hostile, ABodyEndedByTcpAloneMayBeCutByAnybody) {
  RawServer server(Localhost(), [](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\n\r\nhello");
    connection.Close(false);
  });
  EXPECT_THAT(ErrorOf(MakeFor(server)->Send({}, {.timeout = 30s})), HasSubstr("UnknownOutcome: "));
}

TEST_P(Hostile, AStalledReplyEndsAtTheDeadline) {
  for (const std::string start :
       {"", "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhe"}) {
    const Result<HttpResponse> reply = PostOnKept(
        [&](RawConnection& connection) {
          connection.Write(start);
          connection.WaitClosed();
        },
        600ms);
    EXPECT_THAT(ErrorOf(reply), HasSubstr("UnknownOutcome: "));
  }
}

TEST_P(Hostile, ADrippingHeaderEndsAtTheDeadline) {
  const Result<HttpResponse> reply = PostOnKept(
      [](RawConnection& connection) {
        connection.Write("HTTP/1.1 200 OK\r\n");
        while (connection.Pause(20ms) && connection.Write("X: y\r\n")) {
        }
      },
      800ms);
  EXPECT_THAT(ErrorOf(reply), HasSubstr("UnknownOutcome: "));
}

TEST_P(Hostile, AFloodOfKeyUpdatesEnds) {
  const Result<HttpResponse> reply = PostOnKept(
      [](RawConnection& connection) {
        while (!connection.server_stopping() && connection.KeyUpdate()) {
        }
      },
      800ms);
  EXPECT_THAT(ErrorOf(reply), AnyOf(HasSubstr("UnknownOutcome: "), HasSubstr("TooLarge: ")));
}

TEST_P(Hostile, AServerThatNeverShakesHandsWasSentNothing) {
  RawServer server(std::nullopt, [](RawConnection& connection) { connection.WaitClosed(); });
  const auto transport = Make(OptionsFor("https://localhost:" + std::to_string(server.port())));
  EXPECT_THAT(ErrorOf(transport->Send({.method = "POST"}, {.timeout = 600ms})),
              HasSubstr("Unavailable: "));
}

TEST_P(Hostile, AServerWithoutTlsWasSentNothing) {
  RawServer server(std::nullopt, [](RawConnection& connection) {
    connection.Write("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.WaitClosed();
  });
  const auto transport = Make(OptionsFor("https://localhost:" + std::to_string(server.port())));
  EXPECT_THAT(ErrorOf(transport->Send({.method = "POST"}, {.timeout = 30s})),
              HasSubstr("Unavailable: "));
  EXPECT_EQ(server.requests(), 0);
}

TEST_P(Hostile, ACertificateThatIsNotGoodIsRefusedBeforeAnythingIsSent) {
  TestAuthority stranger("stranger");
  const struct {
    TestIdentity identity;
    const char* why;
  } cases[] = {
      {authority_.Issue({.dns_names = {"other.example"}}), "ostname mismatch"},
      {authority_.Issue({.common_name = "localhost"}), "ostname mismatch"},
      {authority_.Issue({.dns_names = {"localhost"}, .ends_in = -1s}), "certificate has expired"},
      {authority_.Issue({.dns_names = {"localhost"}, .starts_in = 1h}), "not yet valid"},
      {authority_.Issue({.dns_names = {"localhost"}, .client = true}), "purpose"},
      {TestAuthority::SelfSigned({.dns_names = {"localhost"}}), "self"},
      {stranger.Issue({.dns_names = {"localhost"}}), "issuer certificate"},
  };
  for (const auto& [identity, why] : cases) {
    RawServer server(identity, [](RawConnection& connection) {
      if (connection.ReadRequest()) connection.Write(RawReply("200 OK", "x"));
    });
    const std::string error = ErrorOf(MakeFor(server)->Send({.method = "POST"}, {.timeout = 30s}));
    EXPECT_THAT(error, HasSubstr("Unavailable: "));
    EXPECT_THAT(error, HasSubstr("certificate"));
    EXPECT_THAT(error, HasSubstr(why));
    EXPECT_EQ(server.requests(), 0) << why;
  }
}

TEST_P(Hostile, AKeptConnectionClosedInBetweenCostsNoRequestAndRepeatsNone) {
  std::atomic<int> closed = 0;
  RawServer server(Localhost(), [&](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(RawReply("200 OK", "hello"));
    connection.Close();
    ++closed;
  });
  const auto transport = MakeFor(server);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(Eventually([&] { return closed == i; }));
    const Result<HttpResponse> reply =
        transport->Send({.method = "POST", .body = "x"}, {.timeout = 30s});
    ASSERT_TRUE(reply) << reply.error().ToString();
  }
  EXPECT_EQ(server.requests(), 10);
}

TEST_P(Hostile, WhenEveryKeptConnectionWasClosedEveryCallStillSucceedsOnce) {
  constexpr int kCallers = 6;
  std::atomic<int> waiting = 0;
  std::atomic<int> closed = 0;
  RawServer server(Localhost(), [&](RawConnection& connection) {
    if (!connection.ReadRequest()) return;
    // The first six answer together, so that there are six connections to keep.
    ++waiting;
    while (waiting < kCallers && connection.Pause(1ms)) {
    }
    connection.Write(RawReply("200 OK", "hello"));
    connection.Close();
    ++closed;
  });
  const auto transport = MakeFor(server);
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kCallers; ++i) {
      callers.emplace_back([&] { EXPECT_TRUE(transport->Send({}, {.timeout = 60s})); });
    }
  }
  for (int i = 0; i < kCallers; ++i) {
    ASSERT_TRUE(Eventually([&] { return closed == kCallers + i; }));
    const Result<HttpResponse> reply = transport->Send({.method = "POST"}, {.timeout = 60s});
    EXPECT_TRUE(reply) << reply.error().ToString();
  }
  EXPECT_EQ(server.requests(), 2 * kCallers);
}

TEST_P(Hostile, ARequestThatWasReadAndNotAnsweredIsNotSentAgain) {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    RawServer server(Localhost(), [](RawConnection& connection) {
      connection.ReadRequest();
      connection.Write(RawReply("200 OK", "hello"));
      connection.ReadRequest();
      connection.Close();
    });
    const auto transport = MakeFor(server);
    ASSERT_TRUE(transport->Send({.method = method}, {.timeout = 30s}));
    const Result<HttpResponse> second = transport->Send({.method = method}, {.timeout = 30s});
    EXPECT_THAT(ErrorOf(second), HasSubstr("UnknownOutcome: ")) << method;
    EXPECT_EQ(server.requests(), 2) << method;
  }
}

TEST_P(Hostile, BytesNobodyAskedForEndTheConnection) {
  RawServer server(Localhost(), [](RawConnection& connection) {
    while (connection.ReadRequest()) {
      connection.Write(RawReply("200 OK", "hello") + RawReply("200 OK", "forged"));
    }
  });
  const auto transport = MakeFor(server);
  for (int i = 0; i < 5; ++i) {
    const Result<HttpResponse> reply = transport->Send({.method = "POST"}, {.timeout = 30s});
    ASSERT_TRUE(reply) << reply.error().ToString();
    EXPECT_EQ(reply->body, "hello");
  }
}

}  // namespace
}  // namespace keysteward::http
