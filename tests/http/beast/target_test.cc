#include "http/beast/target.h"

#include <gtest/gtest.h>

#include "http/server.h"

namespace keysteward::http {
namespace {

TEST(Target, PathsAreDecodedOnce) {
  EXPECT_EQ(ParseTarget("/")->path, "/");
  EXPECT_EQ(ParseTarget("/a/b/")->path, "/a/b/");
  EXPECT_EQ(ParseTarget("/a%20b")->path, "/a b");
  EXPECT_EQ(ParseTarget("/a%2520b")->path, "/a%20b");
  EXPECT_EQ(ParseTarget("/%c3%a4")->path, "/\xc3\xa4");
  EXPECT_EQ(ParseTarget("/...")->path, "/...");
  EXPECT_EQ(ParseTarget("/a?b=c%2F&d?e")->query, "b=c%2F&d?e");
  EXPECT_EQ(ParseTarget("/a?")->query, "");
}

TEST(Target, EachRefusalHasItsReason) {
  const auto reason = [](std::string_view text) { return ParseTarget(text).error().message; };
  for (const char* text : {"", "*", "a", "http://a/", "a:1"}) {
    EXPECT_EQ(reason(text), "request target is not in origin form") << text;
  }
  for (const char* text : {"/%", "/%1", "/%zz", "/%1z", "/?%", "/?a=%g0"}) {
    EXPECT_EQ(reason(text), "bad percent escape") << text;
  }
  for (const char* text : {"/.", "/..", "/a/../b", "/%2e%2e", "/a/%2E", "/./a"}) {
    EXPECT_EQ(reason(text), "dot segment in path") << text;
  }
  for (const char* text : {"//", "//a", "/a//b", "/a//"}) {
    EXPECT_EQ(reason(text), "empty segment in path") << text;
  }
  for (const char* text : {"/%00", "/%0a", "/%7f", "/a\\b", "/%5c", "/%2f", "/%2F", "/a#b"}) {
    EXPECT_EQ(reason(text), "bad character in path") << text;
  }
  EXPECT_EQ(reason("/?a=%00"), "bad character in query");
}

TEST(QueryParameter, FindsWholeNamesAndDecodesValues) {
  EXPECT_EQ(QueryParameter("a=1&b=2", "b"), "2");
  EXPECT_EQ(QueryParameter("ab=1&b=2", "b"), "2");
  EXPECT_EQ(QueryParameter("a=x%20y%2Fz", "a"), "x y/z");
  EXPECT_EQ(QueryParameter("a=x+y", "a"), "x y");
  EXPECT_EQ(QueryParameter("a=1&a=2", "a"), "1");
  EXPECT_EQ(QueryParameter("a", "a"), "");
  EXPECT_EQ(QueryParameter("a=%zz", "a"), "");
  EXPECT_EQ(QueryParameter("", "a"), "");
  EXPECT_EQ(QueryParameter("a=b=c", "a"), "b=c");
}

}  // namespace
}  // namespace keysteward::http
