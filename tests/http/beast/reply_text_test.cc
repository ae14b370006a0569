#include "http/beast/reply_text.h"

#include <gtest/gtest.h>

namespace keysteward::http {
namespace {

TEST(ReplyBytes, AreTheReplyAndItsFraming) {
  EXPECT_EQ(
      ReplyBytes(HttpReply::Json(201, "{}"), ReplyEnd::kKeepAlive, false),
      "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(ReplyBytes(HttpReply{}, ReplyEnd::kClose, false),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST(ReplyBytes, SomeRepliesHaveNoBody) {
  EXPECT_EQ(ReplyBytes({.status = 204, .headers = {}, .body = "x"}, ReplyEnd::kKeepAlive, false),
            "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(ReplyBytes({.headers = {}, .body = "abc"}, ReplyEnd::kKeepAlive, true),
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
}

TEST(ReplyBytes, WhatWouldSplitOrConfuseBecomesAnError) {
  const std::string error =
      ReplyBytes(HttpReply::Text(500, "internal error\n"), ReplyEnd::kClose, false);
  const std::vector<HttpReply> wrong = {
      {.status = 99, .headers = {}, .body = ""},
      {.status = 101, .headers = {}, .body = ""},
      {.status = 600, .headers = {}, .body = ""},
      {.headers = {{"A", "b\r\nC: d"}}, .body = ""},
      {.headers = {{"A", "b\nC: d"}}, .body = ""},
      {.headers = {{"A", std::string(1, '\0')}}, .body = ""},
      {.headers = {{"A\r\nB", "c"}}, .body = ""},
      {.headers = {{"", "c"}}, .body = ""},
  };
  for (const HttpReply& reply : wrong) {
    EXPECT_EQ(ReplyBytes(reply, ReplyEnd::kKeepAlive, false), error);
  }
}

TEST(StatusText, NamesWhatTheServerSends) {
  for (const int status : {400, 405, 408, 413, 414, 415, 417, 431, 500, 503, 505}) {
    EXPECT_NE(StatusText(status), "Unknown") << status;
  }
  EXPECT_EQ(StatusText(299), "Unknown");
}

}  // namespace
}  // namespace keysteward::http
