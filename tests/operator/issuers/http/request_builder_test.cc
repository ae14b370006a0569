#include "operator/issuers/http/request_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keysteward::op {
namespace {

using Described = api::v1alpha1::HttpRequest;
using api::v1alpha1::HttpMethod;
using testing::HasSubstr;
using testing::Not;

Result<http::HttpRequest> Build(const Described& described, const Insertions& insertions) {
  return BuildRequest(described, "/v1", insertions);
}

std::string Path(const std::string& pattern, const std::string& inserted) {
  const auto request = Build({.path = pattern}, {{"keyId", inserted}});
  return request ? request->target : request.error().message;
}

TEST(RequestBuilder, PutsTheBasePathInFront) {
  const auto request =
      Build({.method = HttpMethod::kDelete, .path = "/keys/${keyId}"}, {{"keyId", "k1"}});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "DELETE");
  EXPECT_EQ(request->target, "/v1/keys/k1");
}

TEST(RequestBuilder, NoInsertionLeavesItsSegment) {
  EXPECT_EQ(Path("/keys/${keyId}", "../admin"), "/v1/keys/..%2Fadmin");
  EXPECT_EQ(Path("/keys/${keyId}", "a?b=c&d#e"), "/v1/keys/a%3Fb%3Dc%26d%23e");
  EXPECT_EQ(Path("/keys/${keyId}", "a b%"), "/v1/keys/a%20b%25");
  EXPECT_EQ(Path("/keys/${keyId}", std::string("\r\nX: y\0", 7)), "/v1/keys/%0D%0AX%3A%20y%00");
  EXPECT_EQ(Path("/keys/${keyId}", "schlüssel"), "/v1/keys/schl%C3%BCssel");
}

TEST(RequestBuilder, ADotSegmentIsRefused) {
  EXPECT_EQ(Path("/keys/${keyId}/disable", ".."), "path: a dot segment");
  EXPECT_EQ(Path("/keys/${keyId}/disable", "."), "path: a dot segment");
  EXPECT_EQ(Path("/keys/${keyId}", "..."), "/v1/keys/...");
}

TEST(RequestBuilder, QueriesAreEncodedToo) {
  EXPECT_EQ(Path("/keys?id=${keyId}&x=1", "a&admin=true"), "/v1/keys?id=a%26admin%3Dtrue&x=1");
}

TEST(RequestBuilder, HeadersRefuseLineBreaksAndNul) {
  const Described described{.path = "/", .headers = {{"Idempotency-Key", "${token}"}}};
  EXPECT_EQ(Build(described, {{"token", "t 1"}})->headers[0].second, "t 1");
  for (const std::string& bad :
       {std::string("a\r\nX: y"), std::string("a\n"), std::string("a\0b", 3)}) {
    const auto request = Build(described, {{"token", bad}});
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().message,
              "header Idempotency-Key: a line break or NUL in a header value");
  }
}

TEST(RequestBuilder, JsonBodiesEscapeEveryInsertion) {
  const Described described{.path = "/",
                            .json = R"({"name":"${label}","deep":[{"s":"x${label}"}],"n":1})"};
  const auto request = Build(described, {{"label", "a\",\"admin\":true,\"x\":\"\\\n"}});
  ASSERT_TRUE(request);
  EXPECT_EQ(
      request->body,
      R"({"deep":[{"s":"xa\",\"admin\":true,\"x\":\"\\\n"}],"n":1,"name":"a\",\"admin\":true,\"x\":\"\\\n"})");
  EXPECT_EQ(request->headers[0].second, "application/json");
}

TEST(RequestBuilder, MemberNamesOfJsonAreNotExpanded) {
  const auto request = Build({.path = "/", .json = R"({"${label}":"x"})"}, {{"label", "evil"}});
  EXPECT_EQ(request->body, R"({"${label}":"x"})");
}

TEST(RequestBuilder, FormsEncodeNamesAndValues) {
  const Described described{
      .path = "/", .form = std::map<std::string, std::string>{{"a b", "${label}"}, {"c", "1&2"}}};
  const auto request = Build(described, {{"label", "x&admin=1"}});
  EXPECT_EQ(request->body, "a%20b=x%26admin%3D1&c=1%262");
  EXPECT_EQ(request->headers[0].second, "application/x-www-form-urlencoded");
}

TEST(RequestBuilder, AnUnknownOrOpenPlaceholderIsNamedWithItsPart) {
  EXPECT_EQ(Build({.path = "/${none}"}, {}).error().message,
            "path: no value for placeholder ${none}");
  EXPECT_EQ(Build({.path = "/${none"}, {}).error().message, "path: ${ without }");
  EXPECT_EQ(Build({.path = "/", .json = R"({"a":"${none}"})"}, {}).error().message,
            "body: no value for placeholder ${none}");
}

TEST(RequestBuilder, NoErrorQuotesAnInsertedValue) {
  const auto request = Build({.path = "/", .headers = {{"Authorization", "Bearer ${key}"}}},
                             {{"key", "fk_live_value\n"}});
  ASSERT_FALSE(request);
  EXPECT_THAT(request.error().message, Not(HasSubstr("fk_live")));
}

TEST(RequestBuilder, APlaceholderInsideAnInsertionStaysText) {
  EXPECT_EQ(Path("/keys/${keyId}", "${keyId}"), "/v1/keys/%24%7BkeyId%7D");
}

}  // namespace
}  // namespace keysteward::op
