// A request as an issuer describes it, and the probe that holds one: each member in its own field,
// and a body that stays as it was written.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/v1alpha1/internal/http_issuer_json.h"

namespace keysteward::api::v1alpha1::internal {
namespace {

using nlohmann::json;

constexpr const char* kRequest = R"({
  "method": "PATCH", "path": "/keys/${keyId}",
  "headers": [{"name": "X-A", "value": "1"}, {"name": "X-B", "value": "${token}"}]})";

json Request(const char* name, const json& value) {
  json object = json::parse(kRequest);
  object[name] = value;
  return object;
}

HttpRequest Read(const json& object) {
  JsonFields fields(object, "request");
  HttpRequest request = ReadHttpRequest(fields);
  EXPECT_TRUE(fields.Check()) << fields.Check().error().ToString();
  return request;
}

std::string ErrorOf(const json& object) {
  JsonFields fields(object, "request");
  (void)ReadHttpRequest(fields);
  return fields.Check() ? "" : fields.Check().error().message;
}

TEST(HttpRequestJson, EveryMemberStandsInItsOwnField) {
  const HttpRequest request = Read(json::parse(kRequest));
  EXPECT_EQ(request.method, HttpMethod::kPatch);
  EXPECT_EQ(request.path, "/keys/${keyId}");
  EXPECT_EQ(request.headers, (std::vector<HttpHeader>{{"X-A", "1"}, {"X-B", "${token}"}}));
  EXPECT_EQ(request.json, std::nullopt);
  EXPECT_EQ(request.form, std::nullopt);
  EXPECT_EQ(WriteHttpRequest(request), json::parse(kRequest));
}

TEST(HttpRequestJson, AJsonBodyKeepsNumbersListsAndOrderlessNames) {
  const json body = {{"n", 1}, {"x", 1.5}, {"list", {true, nullptr, {{"deep", "${label}"}}}}};
  const HttpRequest request = Read(Request("json", body));
  EXPECT_EQ(request.json, R"({"list":[true,null,{"deep":"${label}"}],"n":1,"x":1.5})");
  EXPECT_EQ(WriteHttpRequest(request)["json"], body);
}

TEST(HttpRequestJson, AnEmptyBodyIsNotAnAbsentOne) {
  EXPECT_EQ(Read(Request("form", json::object())).form, (std::map<std::string, std::string>{}));
  EXPECT_EQ(WriteHttpRequest(Read(Request("form", json::object())))["form"], json::object());
  EXPECT_EQ(Read(Request("json", json::object())).json, "{}");
  EXPECT_FALSE(WriteHttpRequest(Read(json::parse(kRequest))).contains("form"));
  EXPECT_FALSE(WriteHttpRequest(Read(json::parse(kRequest))).contains("json"));
  EXPECT_FALSE(WriteHttpRequest(Read(Request("headers", json::array()))).contains("headers"));
}

TEST(HttpRequestJson, ABodyThatIsNoJsonObjectIsWrittenEmpty) {
  HttpRequest request = Read(json::parse(kRequest));
  for (const char* body : {"", "[1]", "{", "text"}) {
    request.json = body;
    EXPECT_EQ(WriteHttpRequest(request)["json"], json::object()) << body;
  }
}

TEST(HttpRequestJson, WhatIsMissingOrWrongIsNamedByItsPath) {
  EXPECT_EQ(ErrorOf(Request("method", nullptr)),
            "request.method: is required: GET, HEAD, POST, PUT, PATCH or DELETE");
  EXPECT_EQ(ErrorOf(Request("method", "post")),
            "request.method: must be GET, HEAD, POST, PUT, PATCH or DELETE");
  EXPECT_EQ(ErrorOf(Request("path", nullptr)), "request.path: is required");
  EXPECT_EQ(ErrorOf(Request("path", {"/"})), "request.path: must be a string");
  EXPECT_EQ(ErrorOf(Request("headers", json::object())), "request.headers: must be a list");
  EXPECT_EQ(ErrorOf(Request("headers", {{{"name", "X"}}})),
            "request.headers[0].value: is required");
  EXPECT_EQ(ErrorOf(Request("headers", {{{"name", "X"}, {"value", 1}}})),
            "request.headers[0].value: must be a string");
  for (const json& body : {json("{}"), json(7), json::array({1})}) {
    EXPECT_EQ(ErrorOf(Request("json", body)), "request.json: must be an object") << body;
  }
  EXPECT_EQ(ErrorOf(Request("form", {{"a", 1}})), "request.form.a: must be a string");
}

TEST(HttpRequest, KnowsWhetherAHeaderHoldsAPlaceholder) {
  const HttpRequest request = Read(json::parse(kRequest));
  EXPECT_TRUE(request.HeaderHolds("${token}"));
  EXPECT_FALSE(request.HeaderHolds("${keyId}")) << "that one stands in the path";
  EXPECT_FALSE(request.HeaderHolds("X-B")) << "a name is no value";
}

TEST(HttpProbeJson, EveryMemberStandsInItsOwnFieldAndIsWrittenBack) {
  const json object = {{"request", json::parse(kRequest)},
                       {"live", {200, 204}},
                       {"refused", {401}},
                       {"id", "/me/id"}};
  const HttpProbe probe = ReadHttpProbe(JsonFields(object, "probe"));
  EXPECT_EQ(probe.request.path, "/keys/${keyId}");
  EXPECT_EQ(probe.live, (std::vector<int>{200, 204}));
  EXPECT_EQ(probe.refused, std::vector<int>{401});
  EXPECT_EQ(probe.id, "/me/id");
  EXPECT_EQ(WriteHttpProbe(probe), object);
}

TEST(HttpProbeJson, WithoutCodesItIsNeitherLiveNorRefused) {
  const json object = {{"request", json::parse(kRequest)}};
  const HttpProbe probe = ReadHttpProbe(JsonFields(object, "probe"));
  EXPECT_TRUE(probe.live.empty());
  EXPECT_TRUE(probe.refused.empty());
  EXPECT_EQ(probe.id, std::nullopt);
}

}  // namespace
}  // namespace keysteward::api::v1alpha1::internal
