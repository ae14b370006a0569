// What a stranger may send, over real sockets: each row has its required answer, the connection is
// closed, the handler never sees it (or anything after it), and the next good request is answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>

#include "tests/http/beast/raw_client.h"
#include "tests/http/beast/server_rig.h"

namespace keysteward::http {
namespace {

using testing::AnyOf;

struct Row {
  std::string name;
  std::string bytes;
  int status;
};

std::string Repeat(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::string Get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

std::string Post(std::string_view fields, std::string_view body = "") {
  return RequestText("POST /x", "Content-Type: application/json\r\n" + std::string(fields), body);
}

// Would be a second request if the first one's framing were misread.
const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

std::vector<Row> RequestLines() {
  return {
      {"UriOf9000Bytes", Get("/" + std::string(9000, 'a')), 414},
      {"EndlessRequestLine", "GET /" + std::string(20000, 'a'), 414},
      {"UnknownMethod", "BREW /x HTTP/1.1\r\nHost: a\r\n\r\n", 405},
      {"ConnectMethod", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405},
      {"TraceMethod", "TRACE /x HTTP/1.1\r\nHost: a\r\n\r\n", 405},
      {"MethodWithBadCharacter", "G(T /x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"NulInTarget", std::string("GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", 31), 400},
      {"ControlCharacterInTarget", Get("/a\x01z"), 400},
      {"ObsTextInTarget", Get("/a\xff"), 400},
      {"EscapedNul", Get("/a%00"), 400},
      {"EscapedNulInQuery", Get("/a?b=%00"), 400},
      {"EscapedNewline", Get("/a%0ab"), 400},
      {"BadEscape", Get("/a%zz"), 400},
      {"CutEscape", Get("/a%4"), 400},
      {"DoubleSlash", Get("/a//b"), 400},
      {"LeadingDoubleSlash", Get("//evil.example/x"), 400},
      {"DotDot", Get("/a/../b"), 400},
      {"EscapedDotDot", Get("/a/%2e%2E/b"), 400},
      {"EscapedSlash", Get("/a%2fb"), 400},
      {"Backslash", Get("/a\\b"), 400},
      {"AbsoluteForm", Get("http://a/x"), 400},
      {"AuthorityForm", Get("a:443"), 400},
      {"AsteriskForm", Get("*"), 400},
      {"Fragment", Get("/a#b"), 400},
      {"Http09", "GET /\r\n", 400},
      {"Http10", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", 505},
      {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"Http99", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505},
      {"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"TwoSpaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"BareLf", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"LeadingCrlf1000Times", Repeat("\r\n", 1000) + Get("/"), 400},
      {"Garbage", std::string(100, '\x16') + "\r\n", 400},
  };
}

std::vector<Row> HeaderFields() {
  return {
      {"Fields101", RequestText("GET /", Repeat("A: b\r\n", 100)), 431},
      {"FieldOf8193Bytes", RequestText("GET /", "A: " + std::string(8190, 'b') + "\r\n"), 431},
      {"FieldWithoutEnd", RequestText("GET /", "A: " + std::string(9000, 'b')), 431},
      {"HeaderAbove16KiB", RequestText("GET /", Repeat("A: " + std::string(4000, 'b') + "\r\n", 5)),
       431},
      {"FoldedLine", RequestText("GET /", "A: b\r\n c\r\n"), 400},
      {"FoldedWithTab", RequestText("GET /", "A: b\r\n\tc\r\n"), 400},
      {"SpaceBeforeColon", RequestText("GET /", "A : b\r\n"), 400},
      {"EmptyName", RequestText("GET /", ": b\r\n"), 400},
      {"NoColon", RequestText("GET /", "A\r\n"), 400},
      {"NulInValue", RequestText("GET /", std::string("A: b\0c\r\n", 8)), 400},
      {"BareCrInValue", RequestText("GET /", "A: b\rc\r\n"), 400},
      {"BareLfInValue", RequestText("GET /", "A: b\nB: c\r\n"), 400},
      {"TwoHosts", RequestText("GET /", "Host: b\r\n"), 400},
      {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
      {"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
  };
}

std::vector<Row> Framings() {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  return {
      {"LengthAndChunked", Post("Content-Length: 4\r\n" + chunked, "0\r\n\r\n" + kSmuggled), 400},
      {"TwoEqualLengths", Post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}" + kSmuggled),
       400},
      {"TwoLengths", Post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}" + kSmuggled), 400},
      {"LengthPlus3", Post("Content-Length: +3\r\n", "{ }" + kSmuggled), 400},
      {"LengthMinus1", Post("Content-Length: -1\r\n", kSmuggled), 400},
      {"LengthHex", Post("Content-Length: 0x3\r\n", "{ }" + kSmuggled), 400},
      {"LengthList", Post("Content-Length: 3,3\r\n", "{ }" + kSmuggled), 400},
      {"LengthEmpty", Post("Content-Length:\r\n", kSmuggled), 400},
      {"LengthWord", Post("Content-Length: abc\r\n", kSmuggled), 400},
      {"LengthTwoTo63", Post("Content-Length: 9223372036854775808\r\n", "{}"), 413},
      {"LengthTwoTo64Plus3", Post("Content-Length: 18446744073709551619\r\n", "{ }"), 400},
      {"EncodingXchunked", Post("Transfer-Encoding: xchunked\r\n", kSmuggled), 400},
      {"EncodingChunkedGzip", Post("Transfer-Encoding: chunked, gzip\r\n", kSmuggled), 400},
      {"EncodingGzipChunked", Post("Transfer-Encoding: gzip, chunked\r\n", kSmuggled), 400},
      {"TwoEncodings", Post(chunked + chunked, "0\r\n\r\n" + kSmuggled), 400},
      {"EncodingOnHttp10",
       "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kSmuggled,
       505},
      {"ChunkMinus1", Post(chunked, "-1\r\n" + kSmuggled), 400},
      {"ChunkMinus2", Post(chunked, "-2\r\n" + kSmuggled), 400},
      {"ChunkOf2GiB", Post(chunked, "7fffffff\r\n{}"), 413},
      {"ChunkOfTwoTo64", Post(chunked, "ffffffffffffffff\r\n{}"), 413},
      {"ChunkSizeOverflow", Post(chunked, "1ffffffffffffffff\r\n{}"), 400},
      {"ChunkSizeEmpty", Post(chunked, "\r\n{}\r\n" + kSmuggled), 400},
      {"ChunkSizeWord", Post(chunked, "zz\r\n{}\r\n" + kSmuggled), 400},
      {"ChunkExtension", Post(chunked, "2;a=b\r\n{}\r\n0\r\n\r\n" + kSmuggled), 400},
      {"ChunkExtensionOf64KiB",
       Post(chunked, "3;" + std::string(64 * 1024, 'e') + "\r\n{ }\r\n0\r\n\r\n"), 400},
      {"ChunkWithoutCrlf", Post(chunked, "2\r\n{}0\r\n\r\n" + kSmuggled), 400},
      {"ChunkBareLf", Post(chunked, "2\n{}\n0\n\n" + kSmuggled), 400},
      {"Trailers", Post(chunked, "2\r\n{}\r\n0\r\nA: b\r\n\r\n" + kSmuggled), 400},
      {"TrailersOf64KiB", Post(chunked, "0\r\nA: " + std::string(64 * 1024, 'b')), 400},
  };
}

std::vector<Row> Contents() {
  const std::string length = "Content-Length: 2\r\n";
  return {
      {"Gzip", Post("Content-Encoding: gzip\r\n" + length, "{}"), 415},
      {"Brotli", Post("Content-Encoding: br\r\n" + length, "{}"), 415},
      {"NoContentType", RequestText("POST /x", length, "{}"), 415},
      {"YamlContentType", RequestText("POST /x", "Content-Type: text/yaml\r\n" + length, "{}"),
       415},
      {"Utf16",
       RequestText("POST /x", "Content-Type: application/json; charset=utf-16\r\n" + length, "{}"),
       415},
      {"TwoContentTypes", Post("Content-Type: text/html\r\n" + length, "{}"), 415},
      {"BodyOneByteOver", Post("Content-Length: 8388609\r\n"), 413},
      {"ExpectOver", Post("Expect: 100-continue\r\nContent-Length: 8388609\r\n"), 413},
      {"ExpectUnknown", Post("Expect: miracles\r\n" + length, "{}"), 417},
  };
}

class HostileInput : public testing::TestWithParam<Row> {
 protected:
  static void SetUpTestSuite() {
    calls_ = 0;
    rig_ = std::make_unique<ServerRig>(ServerOptions{}, [](const ServerRequest& request) {
      ++calls_;
      return DescribeRequest(request);
    });
  }
  static void TearDownTestSuite() { rig_.reset(); }

  static inline std::unique_ptr<ServerRig> rig_;
  static inline std::atomic<int> calls_ = 0;
};

TEST_P(HostileInput, GetsItsAnswerAndNothingAfterItIsInterpreted) {
  const int calls_before = calls_;
  RawClient client = RawClient::Plain(rig_->port());
  client.Send(GetParam().bytes);
  const RawReply reply = client.ReadReply();
  EXPECT_EQ(reply.status, GetParam().status) << reply.head << reply.body;
  EXPECT_TRUE(reply.Says("Connection: close")) << reply.head;
  EXPECT_EQ(client.ReadReply().status, 0) << "a second answer came";
  EXPECT_EQ(calls_, calls_before) << "the handler was called";

  RawClient good = RawClient::Plain(rig_->port());
  good.Send(Get("/good"));
  EXPECT_EQ(good.ReadReply().body, "GET /good 0");
}

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::string NameOf(const testing::TestParamInfo<Row>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(RequestLine, HostileInput, testing::ValuesIn(RequestLines()), NameOf);
INSTANTIATE_TEST_SUITE_P(Headers, HostileInput, testing::ValuesIn(HeaderFields()), NameOf);
INSTANTIATE_TEST_SUITE_P(Framing, HostileInput, testing::ValuesIn(Framings()), NameOf);
INSTANTIATE_TEST_SUITE_P(Content, HostileInput, testing::ValuesIn(Contents()), NameOf);

using GoodInput = HostileInput;

TEST_F(GoodInput, LimitsAreReachedButNotExceeded) {
  RawClient client = RawClient::Plain(rig_->port());
  client.Send(RequestText("GET /fields", Repeat("A: b\r\n", 99)));
  EXPECT_EQ(client.ReadReply().body, "GET /fields 0");
  client.Send(RequestText("GET /line", "A: " + std::string(8189, 'b') + "\r\n"));
  EXPECT_EQ(client.ReadReply().body, "GET /line 0");
  client.Send(Post("Content-Length: 8388608\r\n", std::string(8 * 1024 * 1024, ' ')));
  EXPECT_EQ(client.ReadReply().body, "POST /x 8388608");
}

TEST_F(GoodInput, ChunkedBodiesAreJoined) {
  RawClient client = RawClient::Plain(rig_->port());
  client.Send(Post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n3\r\n   \r\n0\r\n\r\n"));
  EXPECT_EQ(client.ReadReply().body, "POST /x 5");
  client.Send(Get("/next"));
  EXPECT_EQ(client.ReadReply().body, "GET /next 0");
}

TEST_F(GoodInput, AChunkedBodyAboveTheCapIsRefusedAtTheFirstByteOver) {
  RawClient client = RawClient::Plain(rig_->port());
  client.Send(Post("Transfer-Encoding: chunked\r\n"));
  const std::string chunk = "100000\r\n" + std::string(1024 * 1024, ' ') + "\r\n";
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(client.Send(chunk));
  client.Send("1\r\n");
  EXPECT_EQ(client.ReadReply().status, 413);
  EXPECT_TRUE(client.Closed());
}

TEST_F(GoodInput, DataAfterTheLastChunkIsAnsweredAsTheRequestItIsNot) {
  RawClient client = RawClient::Plain(rig_->port());
  client.Send(Post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\njunk\r\n"));
  EXPECT_EQ(client.ReadReply().status, 200);
  EXPECT_EQ(client.ReadReply().status, 400);
  EXPECT_TRUE(client.Closed());
}

TEST_F(GoodInput, OneByteAtATimeReadsTheSame) {
  RawClient client = RawClient::Plain(rig_->port());
  for (const char c : Post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")) {
    ASSERT_TRUE(client.Send({&c, 1}));
  }
  EXPECT_EQ(client.ReadReply().body, "POST /x 2");
}

TEST_F(GoodInput, ContinueIsSentBeforeTheBody) {
  RawClient client = RawClient::Plain(rig_->port());
  client.Send(Post("Expect: 100-continue\r\nContent-Length: 2\r\n"));
  EXPECT_EQ(client.ReadReply().status, 100);
  client.Send("{}");
  EXPECT_EQ(client.ReadReply().body, "POST /x 2");
}

TEST_F(GoodInput, AThousandPipelinedRequestsAreAnsweredInOrder) {
  RawClient client = RawClient::Plain(rig_->port());
  std::string all;
  for (int i = 0; i < 1000; ++i) all += Get("/" + std::to_string(i));
  ASSERT_TRUE(client.Send(all));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(client.ReadReply().body, "GET /" + std::to_string(i) + " 0");
  }
}

TEST_F(GoodInput, PathIsDecodedAndQueryIsNot) {
  RawClient client = RawClient::Plain(rig_->port());
  client.Send(Get("/a%20b/?c=%2F"));
  EXPECT_EQ(client.ReadReply().body, "GET /a b/ 0");
}

TEST_F(GoodInput, HeadHasTheLengthButNotTheBody) {
  RawClient client = RawClient::Plain(rig_->port());
  client.Send("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  char bytes[512] = {};
  std::string all;
  for (long n = 0; (n = read(client.fd(), bytes, sizeof bytes)) > 0;) all.append(bytes, n);
  EXPECT_THAT(all, testing::HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(all, testing::EndsWith("\r\n\r\n"));
}

TEST_F(GoodInput, CloseIsHonoured) {
  RawClient client = RawClient::Plain(rig_->port());
  client.Send(RequestText("GET /", "Connection: close\r\n"));
  const RawReply reply = client.ReadReply();
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.Says("Connection: close"));
  EXPECT_TRUE(client.Closed());
}

TEST_F(GoodInput, AHalfClosedClientStillGetsItsAnswer) {
  RawClient client = RawClient::Plain(rig_->port());
  client.Send(Get("/x"));
  client.EndWriting();
  EXPECT_EQ(client.ReadReply().status, 200);
  EXPECT_TRUE(client.Closed());
}

}  // namespace
}  // namespace keysteward::http
