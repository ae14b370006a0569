#include "http/request_check.h"

#include <gmock/gmock.h>

namespace keysteward::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(CheckRequest, AnOrdinaryRequestPasses) {
  EXPECT_TRUE(CheckRequest({}));
  EXPECT_TRUE(
      CheckRequest({.method = "PATCH",
                    .target = "/api/v1/x?fieldSelector=a%3Db&labelSelector=[x]",
                    .headers = {{"Authorization", "Bearer a.b-c"}, {"X-Text", "gr\xc3\xbc\t"}},
                    .body = std::string("\r\n\0", 3)}));
}

TEST(CheckRequest, WhatCouldHoldASecondRequestIsRefused) {
  const struct {
    HttpRequest request;
    const char* why;
  } cases[] = {
      {{.method = ""}, "method"},
      {{.method = "GET "}, "method"},
      {{.method = "GET\r\n"}, "method"},
      {{.method = "CONNECT"}, "CONNECT"},
      {{.target = ""}, "start with"},
      {{.target = "x"}, "start with"},
      {{.target = "*"}, "start with"},
      {{.target = "//host/x"}, "start with"},
      {{.target = "https://host/x"}, "start with"},
      {{.target = "/a b"}, "percent-encoded"},
      {{.target = "/a\tb"}, "percent-encoded"},
      {{.target = "/a\r\nb"}, "percent-encoded"},
      {{.target = std::string("/a\0", 3)}, "percent-encoded"},
      {{.target = "/\xc3\xa4"}, "percent-encoded"},
      {{.target = "/a#b"}, "percent-encoded"},
      {{.target = "/a\"b"}, "percent-encoded"},
      {{.target = "/a\\b"}, "percent-encoded"},
      {{.target = "/" + std::string(8192, 'a')}, "8192"},
      {{.headers = {{"", "x"}}}, "name is not a token"},
      {{.headers = {{"a b", "x"}}}, "name is not a token"},
      {{.headers = {{"a:", "x"}}}, "name is not a token"},
      {{.headers = {{"a\n", "x"}}}, "name is not a token"},
      {{.headers = {{"a", "x\r\nb: c"}}}, "control character"},
      {{.headers = {{"a", "x\n"}}}, "control character"},
      {{.headers = {{"a", std::string("\0", 1)}}}, "control character"},
      {{.headers = {{"a", "\x7f"}}}, "control character"},
      {{.headers = {{"a", std::string(8193, 'x')}}}, "8192"},
      {{.headers = {{"host", "x"}}}, "set by the transport"},
      {{.headers = {{"CONTENT-LENGTH", "1"}}}, "set by the transport"},
      {{.headers = {{"Transfer-Encoding", "chunked"}}}, "set by the transport"},
      {{.headers = {{"Connection", "close"}}}, "set by the transport"},
      {{.headers = {{"Upgrade", "x"}}}, "set by the transport"},
      {{.headers = {{"Expect", "100-continue"}}}, "set by the transport"},
      {{.headers = {{"TE", "trailers"}}}, "set by the transport"},
      {{.headers = {{"Trailer", "x"}}}, "set by the transport"},
  };
  for (const auto& [request, why] : cases) {
    const Result<void> checked = CheckRequest(request);
    ASSERT_FALSE(checked) << why;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(checked.error().message, HasSubstr(why));
  }
}

TEST(CheckRequest, TheMessageNeverQuotesAValue) {
  const Result<void> checked = CheckRequest({.headers = {{"Authorization", "Bearer hidden\n"}}});
  EXPECT_THAT(checked.error().message, HasSubstr("Authorization"));
  EXPECT_THAT(checked.error().message, Not(HasSubstr("hidden")));
}

TEST(IsRepeatable, OnlyReadsAre) {
  EXPECT_TRUE(IsRepeatable({.method = "GET"}));
  EXPECT_TRUE(IsRepeatable({.method = "HEAD"}));
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "get"}) {
    EXPECT_FALSE(IsRepeatable({.method = method})) << method;
  }
}

}  // namespace
}  // namespace keysteward::http
