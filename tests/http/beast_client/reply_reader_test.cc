#include "http/beast/reply_reader.h"

#include <gmock/gmock.h>

namespace keysteward::http {
namespace {

using ::testing::HasSubstr;

constexpr const char* kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n"
    "3;ext=1\r\nabc\r\n0000a\r\n0123456789\r\n0\r\nTrailer: z\r\n\r\n";

TEST(ReplyReader, EveryCutOfTheBytesGivesTheSameReply) {
  const std::string bytes = kChunked;
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    ReplyReader reader(false, 100, nullptr);
    ASSERT_TRUE(reader.Feed(bytes.substr(0, cut))) << cut;
    ASSERT_TRUE(reader.complete() || reader.Feed(bytes.substr(cut))) << cut;
    ASSERT_TRUE(reader.complete()) << cut;
    EXPECT_TRUE(reader.reusable()) << cut;
    const HttpResponse reply = reader.TakeReply();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "abc0123456789");
    EXPECT_EQ(FindHeader(reply.headers, "x"), "y");
  }
}

TEST(ReplyReader, BytesOneByOneGiveTheSameReply) {
  ReplyReader reader(false, 100, nullptr);
  for (const char c : std::string(kChunked)) ASSERT_TRUE(reader.Feed({&c, 1}));
  EXPECT_TRUE(reader.complete());
  EXPECT_EQ(reader.TakeReply().body, "abc0123456789");
}

// Found by fuzzing: the parser asserts that the last chunk's header comes back whole, and a body
// without chunks has the shortest one.
TEST(ReplyReader, AnEmptyChunkedReplyMayBeCutAnywhere) {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nTrailer: z\r\n\r\n";
  for (size_t first = 0; first <= bytes.size(); ++first) {
    for (size_t second = first; second <= bytes.size(); ++second) {
      ReplyReader reader(false, 100, nullptr);
      ASSERT_TRUE(reader.Feed(bytes.substr(0, first)));
      ASSERT_TRUE(reader.Feed(bytes.substr(first, second - first))) << first << " " << second;
      ASSERT_TRUE(reader.Feed(bytes.substr(second)));
      ASSERT_TRUE(reader.complete()) << first << " " << second;
    }
  }
}

TEST(ReplyReader, AnEmptyChunkedReplyThatEndsWrongIsACut) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  for (const char* rest : {"", "\r", "\x05\n", "\x05", "x"}) {
    ReplyReader reader(false, 100, nullptr);
    ASSERT_TRUE(reader.Feed(head));
    for (const char* at = rest; *at != 0; ++at) (void)reader.Feed({at, 1});
    EXPECT_FALSE(reader.complete());
    EXPECT_FALSE(reader.End()) << rest;
  }
}

TEST(ReplyReader, ASinkTakesThePiecesOfA200Only) {
  std::string taken;
  const ReplyReader::BodySink sink = [&](std::string_view piece) -> Result<void> {
    taken += piece;
    return {};
  };
  ReplyReader good(false, 5, sink);
  ASSERT_TRUE(good.Feed(kChunked));
  EXPECT_EQ(taken, "abc0123456789");
  EXPECT_EQ(good.TakeReply().body, "");

  ReplyReader gone(false, 5, sink);
  ASSERT_TRUE(gone.Feed("HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\nover"));
  EXPECT_EQ(gone.TakeReply().body, "over");
  EXPECT_EQ(taken, "abc0123456789");
}

TEST(ReplyReader, MoreThanTheReplyMeansTheConnectionIsNotReused) {
  ReplyReader reader(false, 100, nullptr);
  ASSERT_TRUE(reader.Feed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(reader.complete());
  EXPECT_FALSE(reader.reusable());
  EXPECT_EQ(reader.TakeReply().body, "x");
}

TEST(ReplyReader, ConnectionCloseMeansTheConnectionIsNotReused) {
  for (const char* head : {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                           "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    ReplyReader reader(false, 100, nullptr);
    ASSERT_TRUE(reader.Feed(head));
    EXPECT_TRUE(reader.complete());
    EXPECT_FALSE(reader.reusable()) << head;
  }
}

TEST(ReplyReader, AnEndInsideTheReplyIsACut) {
  for (const char* bytes : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"}) {
    ReplyReader reader(false, 100, nullptr);
    ASSERT_TRUE(reader.Feed(bytes));
    const Result<void> end = reader.End();
    ASSERT_FALSE(end) << bytes;
    EXPECT_EQ(end.error().code, ErrorCode::kUnknownOutcome);
    EXPECT_THAT(end.error().message, HasSubstr("closed the connection"));
  }
  ReplyReader until_end(false, 100, nullptr);
  ASSERT_TRUE(until_end.Feed("HTTP/1.1 200 OK\r\n\r\nabc"));
  EXPECT_FALSE(until_end.complete());
  EXPECT_TRUE(until_end.End());
  EXPECT_EQ(until_end.TakeReply().body, "abc");
}

TEST(ReplyReader, WrongBytesAreRefusedWithTheRightCode) {
  const struct {
    std::string bytes;
    ErrorCode code;
  } cases[] = {
      {"HTTP/2.0 200 OK\r\n\r\n", ErrorCode::kUnknownOutcome},
      {"HTTP/1.1 20 OK\r\n\r\n", ErrorCode::kUnknownOutcome},
      {"HTTP/1.1 200 OK\nX: y\n\n", ErrorCode::kUnknownOutcome},
      {"HTTP/1.1 200 OK\r\nX : y\r\n\r\n", ErrorCode::kUnknownOutcome},
      {"HTTP/1.1 200 OK\r\nX: \x01\r\n\r\n", ErrorCode::kUnknownOutcome},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
       ErrorCode::kUnknownOutcome},
      {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", ErrorCode::kTooLarge},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a",
       ErrorCode::kTooLarge},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
       ErrorCode::kUnknownOutcome},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(17000, 'a'), ErrorCode::kTooLarge},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(20000, 'a'),
       ErrorCode::kTooLarge},
  };
  for (const auto& [bytes, code] : cases) {
    ReplyReader reader(false, 10, nullptr);
    const Result<void> fed = reader.Feed(bytes);
    ASSERT_FALSE(fed) << bytes.substr(0, 80);
    EXPECT_EQ(fed.error().code, code) << bytes.substr(0, 80) << fed.error().message;
  }
}

}  // namespace
}  // namespace keysteward::http
