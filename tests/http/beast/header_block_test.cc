// The header of a request held to the letter and to the byte, without sockets and without a parser.
#include "http/beast/header_block.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace keysteward::http {
namespace {

using State = HeaderBlock::State;

ServerLimits Limits(size_t all, size_t line, size_t fields) {
  ServerLimits limits;
  limits.header_bytes = all;
  limits.line_bytes = line;
  limits.header_fields = fields;
  return limits;
}

// "complete", "more", or "431 header too large".
std::string Judge(std::string_view bytes, const ServerLimits& limits = {}) {
  HeaderBlock block(limits);
  switch (block.Feed(bytes)) {
    case State::kMore:
      return "more";
    case State::kComplete:
      return "complete";
    case State::kRefused:
      break;
  }
  return std::to_string(block.refusal().status) + " " + std::string(block.refusal().reason);
}

// How many bytes are taken, one by one, before it refuses.
size_t RefusedAfter(const std::string& bytes, const ServerLimits& limits) {
  HeaderBlock block(limits);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string_view one = std::string_view(bytes).substr(i, 1);
    if (block.Feed(one) == State::kRefused) return i + 1;
  }
  return 0;
}

std::string WithField(const std::string& field) {
  return "GET / HTTP/1.1\r\n" + field + "\r\n\r\n";
}

TEST(HeaderBlock, EndsAtTheEmptyLineAndLeavesTheRest) {
  const ServerLimits limits;
  HeaderBlock block(limits);
  const std::string header = WithField("Host: a");
  const std::string all = header + "BODY";
  std::string_view input = all;
  EXPECT_EQ(block.Feed(input), State::kComplete);
  EXPECT_EQ(input, "BODY");
  EXPECT_EQ(block.bytes(), header);
}

TEST(HeaderBlock, EveryCutGivesTheSameBytes) {
  const ServerLimits limits;
  const std::string header = "POST /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
  for (size_t cut = 0; cut <= header.size(); ++cut) {
    HeaderBlock block(limits);
    std::string_view first = std::string_view(header).substr(0, cut);
    std::string_view second = std::string_view(header).substr(cut);
    const State state = block.Feed(first);
    EXPECT_EQ(state, cut == header.size() ? State::kComplete : State::kMore) << cut;
    if (state == State::kMore) {
      EXPECT_EQ(block.Feed(second), State::kComplete) << cut;
    }
    EXPECT_EQ(block.bytes(), header) << cut;
  }
}

TEST(HeaderBlock, ClearedItIsAsNew) {
  const ServerLimits limits = Limits(64, 32, 1);
  HeaderBlock block(limits);
  for (int i = 0; i < 3; ++i) {
    const std::string header = WithField("Host: a");
    std::string_view input = header;
    EXPECT_TRUE(block.empty());
    EXPECT_EQ(block.Feed(input), State::kComplete) << "lines of the last request are not counted";
    EXPECT_FALSE(block.empty());
    block.Clear();
  }
}

TEST(HeaderBlock, EachMethodThatIsServedIsTaken) {
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}) {
    EXPECT_EQ(Judge(std::string(method) + " / HTTP/1.1\r\n\r\n"), "complete") << method;
  }
  for (const char* method : {"OPTIONS", "TRACE", "CONNECT", "get", "PRI", "G!T"}) {
    EXPECT_EQ(Judge(std::string(method) + " / HTTP/1.1\r\n\r\n"), "405 method not allowed")
        << method;
  }
}

TEST(HeaderBlock, ARequestLineHasExactlyThreePartsAndAVersion) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "400 malformed request line"},
      {"GET /", "400 malformed request line"},
      {"GET  / HTTP/1.1", "400 malformed request line"},
      {" GET / HTTP/1.1", "400 malformed request line"},
      {"GET / HTTP/1.1 ", "400 malformed request line"},
      {"GET\t/\tHTTP/1.1", "400 malformed request line"},
      {"G(T / HTTP/1.1", "400 malformed request line"},
      {"GET / HTTP/11", "400 malformed request line"},
      {"GET / HTTP/1.11", "400 malformed request line"},
      {"GET / HTTP/a.1", "400 malformed request line"},
      {"GET / http/1.1", "400 malformed request line"},
      {"GET / HTTPS/1.1", "400 malformed request line"},
      {"GET / HTTP/1.0", "505 only HTTP/1.1 is spoken here"},
      {"GET / HTTP/2.0", "505 only HTTP/1.1 is spoken here"},
      {"BREW / HTTP/1.0", "505 only HTTP/1.1 is spoken here"},
      {"GET /\x7f HTTP/1.1", "400 bad character in request target"},
      {"GET /\x01 HTTP/1.1", "400 bad character in request target"},
      {"GET /\xc3\xa4 HTTP/1.1", "400 bad character in request target"},
      {"GET /\r HTTP/1.1", "400 bad character in request target"}};
  for (const auto& [line, answer] : rows) {
    EXPECT_EQ(Judge(std::string(line) + "\r\n"), answer) << line;
  }
}

TEST(HeaderBlock, EveryLineEndsInCrLf) {
  EXPECT_EQ(Judge("GET / HTTP/1.1\n"), "400 line does not end in CRLF");
  EXPECT_EQ(Judge("\n"), "400 line does not end in CRLF");
  EXPECT_EQ(Judge("GET / HTTP/1.1\r\nHost: a\n"), "400 line does not end in CRLF");
  EXPECT_EQ(Judge("GET / HTTP/1.1\r\n\n"), "400 line does not end in CRLF");
  EXPECT_EQ(Judge("GET / HTTP/1.1\r\nHost: a\r"), "more") << "the rest may still come";
}

TEST(HeaderBlock, AFieldIsATokenAColonAndText) {
  for (const std::string& field : std::vector<std::string>{
           "Host: a", "A:", "A:b", "A: \t b \t", "a!#$%&'*+-.^_`|~9: x", "A: \xff\xfe", "A: b:c"}) {
    EXPECT_EQ(Judge(WithField(field)), "complete") << field;
  }
  for (const std::string& field :
       std::vector<std::string>{"A : b", " A: b", "\tA: b", ": b", "A", "A b: c", "(A): b",
                                "A\t: b", "\xc3\xa4: b", "\"A\": b"}) {
    EXPECT_EQ(Judge(WithField(field)), "400 malformed header field") << field;
  }
  for (const std::string& field :
       std::vector<std::string>{"A: b\x01", "A: b\x7f", "A: b\rc", {"A: b\0c", 6}, "A: b\x1b[2J"}) {
    EXPECT_EQ(Judge(WithField(field)), "400 bad character in header field") << field;
  }
}

TEST(HeaderBlock, ALineMayFillItsLimitAndNoMore) {
  const ServerLimits limits = Limits(1000, 32, 10);
  const auto target = [](size_t size) {
    return "GET /" + std::string(size, 'a') + " HTTP/1.1\r\n";
  };
  EXPECT_EQ(Judge(target(18) + "\r\n", limits), "complete");  // a line of 32
  EXPECT_EQ(Judge(target(19), limits), "414 request line too long");
  EXPECT_EQ(Judge(WithField("A: " + std::string(29, 'b')), limits), "complete");
  EXPECT_EQ(Judge(WithField("A: " + std::string(30, 'b')), limits), "431 header too large");
}

TEST(HeaderBlock, ALineWithoutEndIsRefusedAtItsLimitNotAfter) {
  const ServerLimits limits = Limits(1000, 32, 10);
  EXPECT_EQ(RefusedAfter(std::string(500, 'a'), limits), 34U);  // 32 and room for CRLF
  EXPECT_EQ(RefusedAfter("GET / HTTP/1.1\r\n" + std::string(500, 'a'), limits), 16U + 34U);
}

TEST(HeaderBlock, TheWholeMayFillItsLimitAndNoMore) {
  const ServerLimits limits = Limits(64, 64, 10);
  const auto header = [](size_t size) {
    return "GET / HTTP/1.1\r\nA: " + std::string(19, 'b') + "\r\nB: " + std::string(size, 'b') +
           "\r\n\r\n";
  };
  ASSERT_EQ(header(17).size(), 64U);
  EXPECT_EQ(Judge(header(17), limits), "complete");
  EXPECT_EQ(Judge(header(18), limits), "431 header too large");
  EXPECT_EQ(RefusedAfter(header(100), limits), 64U);
}

TEST(HeaderBlock, CountsFields) {
  const ServerLimits limits = Limits(1000, 100, 3);
  const auto fields = [](int count) {
    std::string out = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < count; ++i) out += "A: b\r\n";
    return out + "\r\n";
  };
  EXPECT_EQ(Judge(fields(0), limits), "complete");
  EXPECT_EQ(Judge(fields(3), limits), "complete");
  EXPECT_EQ(Judge(fields(4), limits), "431 too many header fields");
}

}  // namespace
}  // namespace keysteward::http
