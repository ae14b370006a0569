// What a request of an issuer may hold: plain paths and headers, one body, declared placeholders.
#include <gtest/gtest.h>

#include "api/v1alpha1/internal/http_issuer_checks.h"
#include "tests/api/v1alpha1/refusal.h"

namespace keysteward::api::v1alpha1::internal {
namespace {

constexpr std::string_view kPlaceholders[] = {"token", "key"};
constexpr std::string_view kPathPlaceholders[] = {"token"};

const char* const kPath =
    "request.path: must begin with one /, hold printable ASCII without spaces, and neither /../ "
    "nor #, e.g. /keys?limit=100\n";

class HttpRequestRules : public testing::Test {
 protected:
  std::string Told() const {
    Checks checks("request");
    CheckHttpRequest(checks, request, rules);
    return Text(checks.Take());
  }
  std::string ToldOfPath(const std::string& path) {
    request.path = path;
    return Told();
  }
  std::string ToldOfHeader(const std::string& name, const std::string& value) {
    request.headers = {{name, value}};
    return Told();
  }
  std::string ToldOfJson(const std::string& body) {
    request.json = body;
    return Told();
  }

  HttpRequest request{.method = HttpMethod::kPost, .path = "/keys"};
  RequestRules rules{.placeholders = kPlaceholders,
                     .path_placeholders = kPathPlaceholders,
                     .parameters = {"tier"}};
};

TEST_F(HttpRequestRules, APlainPathIsTaken) {
  for (const char* path : {"/", "/keys?limit=100&x=a..b", "/a/..b/c.", "/keys/${token}",
                           "/keys/${param.tier}", "/a//b", "/x%20y"}) {
    EXPECT_EQ(ToldOfPath(path), "") << path;
  }
  EXPECT_EQ(ToldOfPath("/" + std::string(1023, 'a')), "");
}

TEST_F(HttpRequestRules, APathThatCouldLeadElsewhereIsRefused) {
  for (const char* path : {"keys", "//evil.example", "/ke ys", "/keys/..", "/a/../b", "/keys#x",
                           "/kéys", "/a\nb", "https://evil.example/"}) {
    EXPECT_EQ(ToldOfPath(path), kPath) << path;
  }
  EXPECT_EQ(ToldOfPath("/" + std::string(1024, 'a')),
            "request.path: must be 1 to 1024 characters, is 1025\n");
  EXPECT_EQ(ToldOfPath(""),
            std::string("request.path: must be 1 to 1024 characters, is 0\n") + kPath);
}

TEST_F(HttpRequestRules, AKeyValueNeverStandsInAPath) {
  EXPECT_EQ(ToldOfPath("/keys/${key}"),
            "request.path: may hold only ${token} and ${param.NAME} as placeholders\n");
  EXPECT_EQ(ToldOfPath("/keys"), "");
  EXPECT_EQ(ToldOfHeader("X-Key", "${key}"), "") << "a header may hold it";
}

TEST_F(HttpRequestRules, AParameterUsedMustBeDeclaredWhereverItStands) {
  const std::string undeclared =
      ": uses ${param.scope} but parameters does not declare it: add it there\n";
  EXPECT_EQ(ToldOfPath("/keys?s=${param.scope}"), "request.path" + undeclared);
  request.path = "/keys";
  EXPECT_EQ(ToldOfHeader("X", "${param.scope}"), "request.headers[0].value" + undeclared);
  request.headers.clear();
  EXPECT_EQ(ToldOfJson(R"({"s": "${param.scope}"})"), "request.json.s" + undeclared);
  request.json.reset();
  request.form.emplace().emplace("s", "${param.scope}");
  EXPECT_EQ(Told(), "request.form.s" + undeclared);
  rules.parameters.insert("scope");
  EXPECT_EQ(Told(), "");
}

TEST_F(HttpRequestRules, PlaceholdersInsideAJsonBodyAreFoundAtAnyDepth) {
  EXPECT_EQ(ToldOfJson(R"({"a": [{"b": "x"}, {"b": "${token}"}], "n": 1, "z": null})"), "");
  EXPECT_EQ(ToldOfJson(R"({"a": [{"b": "x"}, {"b": "${secret}"}], "c": "${"})"),
            "request.json.a[1].b: may hold only ${token}, ${key} and ${param.NAME} as "
            "placeholders\n"
            "request.json.c: has a ${ without }; it may hold only ${token}, ${key} and "
            "${param.NAME} as placeholders\n");
}

TEST_F(HttpRequestRules, HeadersOfTheClientAreRefused) {
  for (const char* name : {"host", "Content-Length", "TRANSFER-ENCODING", "Connection", "Upgrade",
                           "TE", "trailer", "Expect"}) {
    EXPECT_EQ(ToldOfHeader(name, "x"),
              "request.headers[0].name: is set by the HTTP client itself: remove this header\n")
        << name;
  }
}

TEST_F(HttpRequestRules, AHeaderIsOneTokenAndOneLine) {
  EXPECT_EQ(ToldOfHeader("X-Empty", ""), "");
  EXPECT_EQ(ToldOfHeader("X Y", "v"),
            "request.headers[0].name: must be 1 to 64 letters, digits and -, e.g. "
            "Idempotency-Key\n");
  for (const char* value : {"a\nB: c", "a\r\n\r\n", "é", "a\tb"}) {
    EXPECT_EQ(ToldOfHeader("X", value),
              "request.headers[0].value: must be printable ASCII on one line\n")
        << value;
  }
  EXPECT_EQ(ToldOfHeader("X", std::string(1024, 'a')), "");
  EXPECT_EQ(ToldOfHeader("X", std::string(1025, 'a')),
            "request.headers[0].value: must be 0 to 1024 characters, is 1025\n");
}

TEST_F(HttpRequestRules, AHeaderIsListedOnceWhateverItsCaseAndAtMostSixteenAre) {
  request.headers = {{"X-A", "1"}, {"X-B", "2"}, {"x-a", "3"}};
  EXPECT_EQ(Told(), "request.headers[2].name: must not be listed twice\n");
  request.headers.clear();
  for (int i = 0; i < 17; ++i) {
    EXPECT_EQ(Told(), "") << i;
    request.headers.push_back({"X-" + std::to_string(i), "v"});
  }
  EXPECT_EQ(Told(), "request.headers: must have at most 16 items, has 17\n");
}

TEST_F(HttpRequestRules, OneBodyAndOnlyWhereThereMayBeOne) {
  const std::string none =
      "request.method: GET carries no body: remove json and form, or choose POST, PUT or PATCH\n";
  request.form.emplace().emplace("a", "1");
  EXPECT_EQ(Told(), "");
  request.method = HttpMethod::kGet;
  EXPECT_EQ(Told(), none);
  request.form.reset();
  EXPECT_EQ(Told(), "");
  EXPECT_EQ(ToldOfJson("{}"), none);
  request.method = HttpMethod::kPost;
  EXPECT_EQ(Told(), "");
  rules.body = false;
  EXPECT_EQ(Told(), none);
  rules.body = true;
  request.form.emplace();
  EXPECT_EQ(Told(), "request.form: may be set only without json: keep one of json and form\n");
}

TEST_F(HttpRequestRules, AJsonBodyIsAnObject) {
  for (const char* body : {"", "[1]", "7", "{", "text", "null"}) {
    EXPECT_EQ(ToldOfJson(body), "request.json: must be a JSON object\n") << body;
  }
  const std::string deep = std::string(101, '[') + std::string(101, ']');
  EXPECT_EQ(ToldOfJson("{\"a\":" + deep + "}"), "request.json: must be a JSON object\n");
}

TEST_F(HttpRequestRules, AFormIsBounded) {
  request.form.emplace();
  for (int i = 0; i < 64; ++i) (*request.form)["f" + std::to_string(i)] = std::string(1024, 'v');
  EXPECT_EQ(Told(), "");
  (*request.form)["f0"] += "v";
  (*request.form)["more"] = "";
  EXPECT_EQ(Told(),
            "request.form: must have at most 64 items, has 65\n"
            "request.form.f0: must be 0 to 1024 characters, is 1025\n");
}

}  // namespace
}  // namespace keysteward::api::v1alpha1::internal
