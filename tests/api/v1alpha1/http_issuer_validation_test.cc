// Field by field: what an issuer's http member refuses, with the exact words. Most rows have a
// twin in the schema; those with parameters, JSON bodies and doubled names are the code's alone.
#include <gtest/gtest.h>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_issuer_validation.h"
#include "nlohmann/json.hpp"
#include "tests/builders/credential_issuer_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using nlohmann::json;

struct Row {
  const char* name;
  const char* pointer;  // below /spec/http
  json value;           // null erases the member
  std::string expected;
};

const char* const kPointer = "must be a JSON Pointer, e.g. /data/id";
const char* const kPath =
    "must begin with one /, hold printable ASCII without spaces, and neither /../ nor #, e.g. "
    "/keys?limit=100";
const char* const kCodes = "must hold 1 to 16 HTTP status codes from 100 to 599, e.g. 200";
const char* const kQueryName = "must be 1 to 64 letters, digits, _, . and -, e.g. after";

std::vector<Row> Rows() {
  return {
      {"BaseUrlWithFragment", "/baseURL", "https://a.example/#x",
       "baseURL: must be https://HOST[:PORT][/PATH] without user, query or fragment, e.g. "
       "https://api.acme.example/v1"},
      {"CaBundleOfSomethingElse", "/caBundle", "-----BEGIN PRIVATE KEY-----",
       "caBundle: must be PEM and hold at least one -----BEGIN CERTIFICATE-----"},
      {"AdminSecretName", "/admin/secretRef/name", "Not A Name",
       "admin.secretRef.name: must be an object name: lower case letters, digits, - and ., e.g. "
       "stripe-live"},
      {"AdminSecretKey", "/admin/secretRef/key", "a/b",
       "admin.secretRef.key: must be an entry name of the Secret, e.g. token"},
      {"AdminHeaderName", "/admin/header/name", "X Y",
       "admin.header.name: must be 1 to 64 letters, digits and -, e.g. Authorization"},
      {"AdminWithTwoWays",
       "/admin/query",
       {{"name", "api_key"}},
       "admin: must set exactly one of header, basic and query: it says how the admin credential "
       "is sent"},
      {"CreateMethod", "/create/request/method", "DELETE",
       "create.request.method: must be POST or PUT: it makes a key"},
      {"CreateExpectNothing", "/create/expect", json::array(),
       std::string("create.expect: ") + kCodes},
      {"CreateExtractKey", "/create/extract/key", "secret",
       std::string("create.extract.key: ") + kPointer},
      {"CreateExtractExpiry", "/create/extract/expiresAt", "/a//b",
       std::string("create.extract.expiresAt: ") + kPointer},
      {"ListItems", "/list/items", "data", std::string("list.items: ") + kPointer},
      {"ListId", "/list/id", "/", std::string("list.id: ") + kPointer},
      {"ListLabel", "/list/label", "name", std::string("list.label: ") + kPointer},
      {"ListStateAt", "/list/state/at", "status", std::string("list.state.at: ") + kPointer},
      {"ListStateLiveEmpty", "/list/state/live", json::array(),
       "list.state.live: must hold at least one value, e.g. active"},
      {"ListNextParameter", "/list/next/parameter", "a b",
       std::string("list.next.parameter: ") + kQueryName},
      {"ListWithAKey", "/list/request/path", "/keys?k=${keyId}",
       "list.request.path: may hold only ${label} and ${param.NAME} as placeholders"},
      {"ListWithABody", "/list/request/json", json::object(),
       "list.request.method: GET carries no body: remove json and form, or choose POST, PUT or "
       "PATCH"},
      {"EnableWithoutDisable", "/disable", nullptr,
       "enable: must be set together with disable: a disabled key that is still in use has to be "
       "enabled again"},
      {"DisablePath", "/disable/request/path", "keys",
       std::string("disable.request.path: ") + kPath},
      {"EnableExpect", "/enable/expect", json::array(), std::string("enable.expect: ") + kCodes},
      {"DeletePathWithAKeyValue", "/delete/request/path", "/keys/${key}",
       "delete.request.path: may hold only ${keyId}, ${token}, ${label} and ${param.NAME} as "
       "placeholders"},
      {"DeleteGone", "/delete/gone", json::array(), std::string("delete.gone: ") + kCodes},
      {"ProbeWithAKeyInItsPath", "/probe/request/path", "/me/${key}",
       "probe.request.path: may hold only ${keyId} and ${param.NAME} as placeholders"},
      {"ProbeWithoutTheKey", "/probe/request/headers", json::array(),
       "probe.request: must send ${key} in a header, or every key would look alike, e.g. "
       "Authorization: Bearer ${key}"},
      {"ProbeCodeMeansBoth",
       "/probe/refused",
       {401, 200},
       "probe.refused: must not share a code with live: each code means one thing"},
      {"ProbeId", "/probe/id", "key_id", std::string("probe.id: ") + kPointer},
      {"LastUsedAt", "/lastUsed/at", "last_used_at", std::string("lastUsed.at: ") + kPointer},
      {"LastUsedWithTheKey",
       "/lastUsed/request/headers",
       {{{"name", "X"}, {"value", "${key}"}}},
       "lastUsed.request.headers[0].value: may hold only ${keyId}, ${token}, ${label} and "
       "${param.NAME} as placeholders"},
      {"FormPlaceholder",
       "/delete/request/form",
       {{"a", "${key}"}},
       "delete.request.form.a: may hold only ${keyId}, ${token}, ${label} and ${param.NAME} as "
       "placeholders"},
      {"ParameterName",
       "/parameters",
       {{{"name", "9lives"}}},
       "parameters[0].name: must be at most 63 letters, digits, - or _ and begin with a letter, "
       "e.g. scope"},
      {"ParameterTwice",
       "/parameters",
       {{{"name", "a"}}, {{"name", "a"}}},
       "parameters[1].name: must not be declared twice"},
      {"ParameterWithBoth",
       "/parameters",
       {{{"name", "a"}, {"pattern", "x"}, {"enum", {"x"}}}},
       "parameters[0].enum: may be set only without pattern: keep one of pattern and enum"},
  };
}

class HttpIssuerRule : public testing::TestWithParam<Row> {};

TEST_P(HttpIssuerRule, IsAnsweredWithFieldAndRemedyAndNothingElse) {
  json object = builders::CredentialIssuerBuilder().BuildJson();
  const json::json_pointer at(std::string("/spec/http") + GetParam().pointer);
  if (GetParam().value.is_null()) {
    object[at.parent_pointer()].erase(at.back());
  } else {
    object[at] = GetParam().value;
  }
  const Result<CredentialIssuer> issuer = Decode<CredentialIssuer>(object);
  ASSERT_TRUE(issuer) << issuer.error().ToString();
  const FieldErrors errors = Validate(*issuer);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].ToString(), "spec.http." + GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Fields, HttpIssuerRule, testing::ValuesIn(Rows()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(HttpIssuerRule, BasicAndQueryAreComplete) {
  const auto with = [](const json& admin) {
    json object = builders::CredentialIssuerBuilder().BuildJson();
    json& target = object["spec"]["http"]["admin"];
    target.erase("header");
    target.update(admin);
    std::string out;
    for (const FieldError& error : Validate(Decode<CredentialIssuer>(object).value())) {
      out += error.ToString() + "\n";
    }
    return out;
  };
  EXPECT_EQ(with({{"basic", {{"username", "keysteward"}}}}), "");
  EXPECT_EQ(with({{"query", {{"name", "api_key"}}}}), "");
  EXPECT_EQ(with({{"basic", {{"username", "a:b"}}}}),
            "spec.http.admin.basic.username: must not hold a colon, basic authentication cannot "
            "carry one\n");
  EXPECT_EQ(with({{"query", {{"name", "a&b=c"}}}}),
            std::string("spec.http.admin.query.name: ") + kQueryName + "\n");
  EXPECT_NE(with(json::object()), "");
}

TEST(HttpIssuerRule, CommonLimitsOfBothIssuerKinds) {
  CredentialIssuer issuer = builders::CredentialIssuerBuilder().Build();
  issuer.spec.rate_limit = {0, 1001};
  issuer.spec.max_live_keys = 1;
  issuer.spec.max_credentials_per_namespace = 0;
  issuer.spec.consistency_window = std::chrono::hours(2);
  issuer.spec.timeout = Duration(0);
  issuer.metadata.name = std::string(53, 'a');
  std::string out;
  for (const FieldError& error : Validate(issuer)) out += error.ToString() + "\n";
  EXPECT_EQ(out,
            "metadata.name: must be at most 52 characters, choose a shorter name: other objects "
            "are named after it\n"
            "spec.rateLimit.requestsPerSecond: must be between 1 and 1000\n"
            "spec.rateLimit.burst: must be between 1 and 1000\n"
            "spec.maxLiveKeys: must be between 2 and 10\n"
            "spec.maxCredentialsPerNamespace: must be between 1 and 10000\n"
            "spec.consistencyWindow: must be a duration between 0s and 1h, e.g. 1m\n"
            "spec.timeout: must be a duration between 1s and 5m, e.g. 30s\n");
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
