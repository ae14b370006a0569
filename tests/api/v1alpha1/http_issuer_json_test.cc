// Every member of an issuer's http object, read into the field it belongs to. A round trip would
// not see two members that are swapped on the way in and on the way out.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_issuer_types.h"

namespace keysteward::api::v1alpha1 {
namespace {

using nlohmann::json;

constexpr const char* kHttp = R"({
  "baseURL": "https://a.example", "caBundle": "PEM",
  "admin": {"secretRef": {"name": "admin-secret", "key": "token"},
            "header": {"name": "Authorization", "value": "Bearer ${secret}"}},
  "parameters": [{"name": "scope", "required": true, "pattern": "^[a-z]+$"},
                 {"name": "tier", "enum": ["gold", "silver"]}],
  "create": {"request": {"method": "PUT", "path": "/create", "json": {"n": "${label}"},
                         "headers": [{"name": "Idempotency-Key", "value": "${token}"}]},
             "expect": [201],
             "extract": {"id": "/made/id", "key": "/made/key", "expiresAt": "/made/until"},
             "value": "Retrievable"},
  "list": {"request": {"method": "GET", "path": "/list"}, "items": "/list/items", "id": "/list/id",
           "label": "/list/label",
           "state": {"at": "/list/state", "live": ["on"], "disabled": ["off"]},
           "next": {"at": "/list/next", "parameter": "after"}},
  "disable": {"request": {"method": "POST", "path": "/disable"}, "expect": [202]},
  "enable": {"request": {"method": "PATCH", "path": "/enable", "form": {"on": "1"}},
             "expect": [204]},
  "delete": {"request": {"method": "DELETE", "path": "/delete"}, "expect": [200], "gone": [404]},
  "probe": {"request": {"method": "HEAD", "path": "/probe"}, "live": [299], "refused": [401],
            "id": "/probe/id"},
  "lastUsed": {"request": {"method": "GET", "path": "/used"}, "at": "/used/at",
               "format": "UnixSeconds"}})";

json Object() { return {{"kind", "CredentialIssuer"}, {"spec", {{"http", json::parse(kHttp)}}}}; }

HttpIssuer Read(const json& object = Object()) {
  const Result<CredentialIssuer> issuer = Decode<CredentialIssuer>(object);
  EXPECT_TRUE(issuer) << issuer.error().ToString();
  return issuer && issuer->spec.http ? *issuer->spec.http : HttpIssuer{};
}

std::string ErrorAt(const char* pointer, const json& value) {
  json object = Object();
  const json::json_pointer at(std::string("/spec/http") + pointer);
  if (value.is_null()) {
    object[at.parent_pointer()].erase(at.back());
  } else {
    object[at] = value;
  }
  const Result<CredentialIssuer> issuer = Decode<CredentialIssuer>(object);
  if (issuer) return "";
  const std::string prefix = "CredentialIssuer: spec.http.";
  EXPECT_TRUE(issuer.error().message.starts_with(prefix)) << issuer.error().message;
  return issuer.error().message.substr(prefix.size());
}

TEST(HttpIssuerJson, TheEndpointAndTheAdminCredential) {
  const HttpIssuer issuer = Read();
  EXPECT_EQ(issuer.base_url, "https://a.example");
  EXPECT_EQ(issuer.ca_bundle, "PEM");
  EXPECT_EQ(issuer.admin.secret_ref, (SecretKeyRef{"admin-secret", "token"}));
  EXPECT_EQ(issuer.admin.header, (HttpHeader{"Authorization", "Bearer ${secret}"}));
  EXPECT_EQ(issuer.admin.basic_username, std::nullopt);
  EXPECT_EQ(issuer.admin.query_parameter, std::nullopt);
}

TEST(HttpIssuerJson, TheOtherTwoWaysToSendTheAdminCredential) {
  json object = Object();
  json& admin = object["spec"]["http"]["admin"];
  admin.erase("header");
  admin["basic"] = {{"username", "keysteward"}};
  admin["query"] = {{"name", "api_key"}};
  const HttpIssuer issuer = Read(object);
  EXPECT_EQ(issuer.admin.header, std::nullopt);
  EXPECT_EQ(issuer.admin.basic_username, "keysteward");
  EXPECT_EQ(issuer.admin.query_parameter, "api_key");
}

TEST(HttpIssuerJson, Parameters) {
  const HttpIssuer issuer = Read();
  EXPECT_EQ(issuer.parameters,
            (std::vector<IssuerParameter>{{"scope", true, "^[a-z]+$", {}},
                                          {"tier", false, std::nullopt, {"gold", "silver"}}}));
}

TEST(HttpIssuerJson, TheCallThatMakesAKey) {
  const HttpCreate create = Read().create;
  EXPECT_EQ(create.request.method, HttpMethod::kPut);
  EXPECT_EQ(create.request.path, "/create");
  EXPECT_EQ(create.request.headers, (std::vector<HttpHeader>{{"Idempotency-Key", "${token}"}}));
  EXPECT_EQ(create.request.json, R"({"n":"${label}"})");
  EXPECT_EQ(create.request.form, std::nullopt);
  EXPECT_EQ(create.expect, std::vector<int>{201});
  EXPECT_EQ(create.id_at, "/made/id");
  EXPECT_EQ(create.key_at, "/made/key");
  EXPECT_EQ(create.expires_at_at, "/made/until");
  EXPECT_EQ(create.value, KeyValue::kRetrievable);
}

TEST(HttpIssuerJson, TheCallThatListsKeys) {
  const HttpIssuer issuer = Read();
  ASSERT_TRUE(issuer.list);
  EXPECT_EQ(issuer.list->request.path, "/list");
  EXPECT_EQ(issuer.list->items, "/list/items");
  EXPECT_EQ(issuer.list->id, "/list/id");
  EXPECT_EQ(issuer.list->label, "/list/label");
  EXPECT_EQ(issuer.list->state, (HttpListState{"/list/state", {"on"}, {"off"}}));
  EXPECT_EQ(issuer.list->next, (HttpListNext{"/list/next", "after"}));
}

TEST(HttpIssuerJson, TheCallsThatEndAKey) {
  const HttpIssuer issuer = Read();
  ASSERT_TRUE(issuer.disable && issuer.enable);
  EXPECT_EQ(issuer.disable->request.path, "/disable");
  EXPECT_EQ(issuer.disable->expect, std::vector<int>{202});
  EXPECT_EQ(issuer.enable->request.path, "/enable");
  EXPECT_EQ(issuer.enable->request.form, (std::map<std::string, std::string>{{"on", "1"}}));
  EXPECT_EQ(issuer.enable->expect, std::vector<int>{204});
  EXPECT_EQ(issuer.remove.request.method, HttpMethod::kDelete);
  EXPECT_EQ(issuer.remove.request.path, "/delete");
  EXPECT_EQ(issuer.remove.expect, std::vector<int>{200});
  EXPECT_EQ(issuer.remove.gone, std::vector<int>{404});
}

TEST(HttpIssuerJson, TheCallsThatAskAboutAKey) {
  const HttpIssuer issuer = Read();
  EXPECT_EQ(issuer.probe.request.method, HttpMethod::kHead);
  EXPECT_EQ(issuer.probe.request.path, "/probe");
  EXPECT_EQ(issuer.probe.live, std::vector<int>{299});
  EXPECT_EQ(issuer.probe.refused, std::vector<int>{401});
  EXPECT_EQ(issuer.probe.id, "/probe/id");
  ASSERT_TRUE(issuer.last_used);
  EXPECT_EQ(issuer.last_used->request.path, "/used");
  EXPECT_EQ(issuer.last_used->at, "/used/at");
  EXPECT_EQ(issuer.last_used->format, TimeFormat::kUnixSeconds);
}

TEST(HttpIssuerJson, IsWrittenAsItWasRead) {
  json expected = json::parse(kHttp);
  expected["parameters"][1]["required"] = false;
  const Result<CredentialIssuer> issuer = Decode<CredentialIssuer>(Object());
  ASSERT_TRUE(issuer);
  EXPECT_EQ(json::diff(expected, ToJson(issuer->spec)["http"]), json::array());
}

TEST(HttpIssuerJson, WhatMayBeLeftOutHasItsDocumentedDefault) {
  json object = Object();
  json& http = object["spec"]["http"];
  for (const char* name : {"caBundle", "parameters", "list", "disable", "enable", "lastUsed"}) {
    http.erase(name);
  }
  http["create"].erase("expect");
  http["create"].erase("value");
  http["create"]["extract"].erase("expiresAt");
  http["delete"].erase("expect");
  http["delete"].erase("gone");
  http["probe"].erase("id");
  const HttpIssuer issuer = Read(object);
  EXPECT_EQ(issuer.ca_bundle, "");
  EXPECT_TRUE(issuer.parameters.empty());
  EXPECT_FALSE(issuer.list || issuer.disable || issuer.enable || issuer.last_used);
  EXPECT_EQ(issuer.create.expect, (std::vector<int>{200, 201, 202}));
  EXPECT_EQ(issuer.create.value, KeyValue::kShownOnce);
  EXPECT_EQ(issuer.create.expires_at_at, std::nullopt);
  EXPECT_EQ(issuer.remove.expect, (std::vector<int>{200, 202, 204}));
  EXPECT_EQ(issuer.remove.gone, (std::vector<int>{404, 410}));
  EXPECT_EQ(issuer.probe.id, std::nullopt);
}

TEST(HttpIssuerJson, ActionsAndTimesHaveDefaultsToo) {
  json object = Object();
  json& http = object["spec"]["http"];
  http["disable"].erase("expect");
  http["list"].erase("items");
  http["list"]["state"].erase("disabled");
  http["lastUsed"].erase("format");
  const HttpIssuer issuer = Read(object);
  EXPECT_EQ(issuer.disable->expect, (std::vector<int>{200, 202, 204}));
  EXPECT_EQ(issuer.list->items, "") << "the whole answer is the list";
  EXPECT_TRUE(issuer.list->state->disabled.empty());
  EXPECT_EQ(issuer.last_used->format, TimeFormat::kRfc3339);
}

TEST(HttpIssuerJson, AMissingMemberIsNamedWhereItIsMissing) {
  for (const char* pointer : {"/baseURL",
                              "/admin/secretRef/name",
                              "/admin/secretRef/key",
                              "/admin/header/name",
                              "/admin/header/value",
                              "/parameters/0/name",
                              "/create/request/path",
                              "/create/request/method",
                              "/create/request/headers/0/name",
                              "/create/extract/id",
                              "/create/extract/key",
                              "/list/id",
                              "/list/request/method",
                              "/list/state/at",
                              "/list/next/at",
                              "/list/next/parameter",
                              "/disable/request/path",
                              "/enable/request/method",
                              "/delete/request/path",
                              "/probe/request/method",
                              "/lastUsed/at",
                              "/lastUsed/request/path"}) {
    std::string path;  // "/parameters/0/name" → "parameters[0].name"
    for (const char* c = pointer + 1; *c != '\0'; ++c) {
      path += *c == '/' ? std::string(".") : std::string(1, *c);
    }
    if (const size_t index = path.find(".0."); index != std::string::npos) {
      path.replace(index, 3, "[0].");
    }
    EXPECT_TRUE(ErrorAt(pointer, nullptr).starts_with(path + ": is required"))
        << pointer << ": " << ErrorAt(pointer, nullptr);
  }
}

TEST(HttpIssuerJson, ListsThatAreNoListsAreRefusedNotReadAsEmpty) {
  EXPECT_EQ(ErrorAt("/parameters", json::object()), "parameters: must be a list");
  EXPECT_EQ(ErrorAt("/parameters/1/enum", "gold"), "parameters[1].enum: must be a list of strings");
  EXPECT_EQ(ErrorAt("/list/state/live", "on"), "list.state.live: must be a list of strings");
  EXPECT_EQ(ErrorAt("/list/state/disabled", {1}), "list.state.disabled: must be a list of strings");
  EXPECT_EQ(ErrorAt("/probe/refused", "401"), "probe.refused: must be a list of HTTP status codes");
  EXPECT_EQ(ErrorAt("/delete/gone", {"404"}),
            "delete.gone: must hold HTTP status codes from 100 to 599");
  EXPECT_EQ(ErrorAt("/create/request/headers", json::object()),
            "create.request.headers: must be a list");
  EXPECT_EQ(ErrorAt("/enable/request/form", {"on"}),
            "enable.request.form: must be a map of strings");
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
