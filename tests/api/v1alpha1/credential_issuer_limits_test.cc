// The limits of both issuer kinds from both sides: the last value that is accepted and the first
// that is refused.
#include "api/v1alpha1/credential_issuer_validation.h"
#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/credential_issuer_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using nlohmann::json;

json Good() { return builders::CredentialIssuerBuilder().BuildJson(); }

std::string Spec(const std::string& members) { return R"({"spec": {)" + members + "}}"; }
std::string Http(const std::string& members) { return Spec(R"("http": {)" + members + "}"); }
std::string Admin(const std::string& members) { return Http(R"("admin": {)" + members + "}"); }
std::string Request(const std::string& members) {
  return Http(R"("create": {"request": {)" + members + "}}");
}
std::string Generated(const std::string& members) {
  return Spec(R"("http": null, "generated": {)" + members + "}");
}

TEST(CredentialIssuerLimits, OfTheEndpoint) {
  const std::string url =
      "spec.http.baseURL: must be https://HOST[:PORT][/PATH] without user, query or fragment, e.g. "
      "https://api.acme.example/v1";
  const std::string pem = "-----BEGIN CERTIFICATE-----";  // 27 characters
  ExpectLimits<CredentialIssuer>(
      Good(),
      {{Http(R"("baseURL": "https://a/«1014 p»")"), Http(R"("baseURL": "https://a/«1015 p»")"),
        url},
       {Http(R"("baseURL": "https://a:65535")"), Http(R"("baseURL": "https://a:655350")"), url},
       {Http(R"("caBundle": ")" + pem + R"(«65509 A»")"),
        Http(R"("caBundle": ")" + pem + R"(«65510 A»")"),
        "spec.http.caBundle: must be 0 to 65536 characters, is 65537"}});
}

TEST(CredentialIssuerLimits, OfTheAdminCredential) {
  const auto basic = [](const std::string& name) {
    return Admin(R"("header": null, "basic": {"username": ")" + name + R"("})");
  };
  const auto query = [](const std::string& name) {
    return Admin(R"("header": null, "query": {"name": ")" + name + R"("})");
  };
  ExpectLimits<CredentialIssuer>(
      Good(),
      {{Admin(R"("secretRef": {"name": "«253 s»"})"), Admin(R"("secretRef": {"name": "«254 s»"})"),
        "spec.http.admin.secretRef.name: must be an object name: lower case letters, digits, - and "
        "., e.g. stripe-live"},
       {Admin(R"("secretRef": {"key": "«253 k»"})"), Admin(R"("secretRef": {"key": "«254 k»"})"),
        "spec.http.admin.secretRef.key: must be an entry name of the Secret, e.g. token"},
       {Admin(R"("header": {"name": "«64 h»"})"), Admin(R"("header": {"name": "«65 h»"})"),
        "spec.http.admin.header.name: must be 1 to 64 letters, digits and -, e.g. Authorization"},
       {basic("u"), basic(""), "spec.http.admin.basic.username: must be 1 to 256 characters, is 0"},
       {basic("«256 u»"), basic("«257 u»"),
        "spec.http.admin.basic.username: must be 1 to 256 characters, is 257"},
       {query("«64 q»"), query("«65 q»"),
        "spec.http.admin.query.name: must be 1 to 64 letters, digits, _, . and -, e.g. after"},
       {query("q"), query(""),
        "spec.http.admin.query.name: must be 1 to 64 letters, digits, _, . and -, e.g. after"}});
}

TEST(CredentialIssuerLimits, OfParameters) {
  const auto parameters = [](const std::string& items) {
    return Http(R"("parameters": [)" + items + "]");
  };
  const auto pattern = [&](const std::string& text) {
    return parameters(R"({"name": "a", "pattern": ")" + text + R"("})");
  };
  const auto values = [&](size_t count) {
    return parameters(R"({"name": "a", "enum": [)" + Times(count, R"("v#")") + "]}");
  };
  ExpectLimits<CredentialIssuer>(
      Good(),
      {{parameters(Times(32, R"({"name": "p#"})")), parameters(Times(33, R"({"name": "p#"})")),
        "spec.http.parameters: must have at most 32 items, has 33"},
       {parameters(R"({"name": "«63 p»"})"), parameters(R"({"name": "«64 p»"})"),
        "spec.http.parameters[0].name: must be at most 63 letters, digits, - or _ and begin with a "
        "letter, e.g. scope"},
       {pattern("«256 x»"), pattern("«257 x»"),
        "spec.http.parameters[0].pattern: must be 1 to 256 characters, is 257"},
       {pattern("x"), pattern(""),
        "spec.http.parameters[0].pattern: must be 1 to 256 characters, is 0"},
       {values(64), values(65),
        "spec.http.parameters[0].enum: must have at most 64 items, has 65"}});
}

TEST(CredentialIssuerLimits, OfARequest) {
  const auto headers = [](const std::string& items) {
    return Request(R"("headers": [)" + items + "]");
  };
  const auto form = [](const std::string& members) {
    return Request(R"("json": null, "form": {)" + members + "}");
  };
  ExpectLimits<CredentialIssuer>(
      Good(), {{Request(R"("path": "/«1023 p»")"), Request(R"("path": "/«1024 p»")"),
                "spec.http.create.request.path: must be 1 to 1024 characters, is 1025"},
               {headers(Times(16, R"({"name": "H#", "value": "v"})")),
                headers(Times(17, R"({"name": "H#", "value": "v"})")),
                "spec.http.create.request.headers: must have at most 16 items, has 17"},
               {headers(R"({"name": "«64 h»", "value": "v"})"),
                headers(R"({"name": "«65 h»", "value": "v"})"),
                "spec.http.create.request.headers[0].name: must be 1 to 64 letters, digits and -, "
                "e.g. Idempotency-Key"},
               {headers(R"({"name": "H", "value": "«1024 v»"})"),
                headers(R"({"name": "H", "value": "«1025 v»"})"),
                "spec.http.create.request.headers[0].value: must be 0 to 1024 characters, is 1025"},
               {form(Times(64, R"("f#": "v")")), form(Times(65, R"("f#": "v")")),
                "spec.http.create.request.form: must have at most 64 items, has 65"},
               {form(R"("f": "«1024 v»")"), form(R"("f": "«1025 v»")"),
                "spec.http.create.request.form.f: must be 0 to 1024 characters, is 1025"}});
}

TEST(CredentialIssuerLimits, OfStatusCodesAndPointers) {
  const auto expect = [](const std::string& codes) {
    return Http(R"("create": {"expect": [)" + codes + "]}");
  };
  const auto id = [](const std::string& pointer) {
    return Http(R"("create": {"extract": {"id": ")" + pointer + R"("}})");
  };
  const std::string range = "spec.http.create.expect: must hold HTTP status codes from 100 to 599";
  ExpectLimits<CredentialIssuer>(
      Good(), {{expect("100"), expect("99"), range},
               {expect("599"), expect("600"), range},
               {expect(Times(16, "200")), expect(Times(17, "200")),
                "spec.http.create.expect: must hold 1 to 16 HTTP status codes from 100 to 599, "
                "e.g. 200"},
               {id("/«255 i»"), id("/«256 i»"),
                "spec.http.create.extract.id: must be a JSON Pointer, e.g. /data/id"}});
}

TEST(CredentialIssuerLimits, OfGeneratedKeys) {
  const std::string entropy =
      "spec.generated.length: gives less than 128 bits with this alphabet: choose more characters";
  ExpectLimits<CredentialIssuer>(
      Good(),
      {{Generated(R"("length": 512)"), Generated(R"("length": 513)"),
        "spec.generated.length: must be between 16 and 512"},
       {Generated(R"("length": 22)"), Generated(R"("length": 21)"), entropy},
       {Generated(R"("alphabet": "0123456789")"), Generated(R"("alphabet": "012345678")"),
        "spec.generated.alphabet: must be 10 to 95 characters, is 9 | " + entropy},
       {Generated(R"("length": 26, "alphabet": "abcdefghijklmnopqrstuvwxyz234567")"),
        Generated(R"("length": 25, "alphabet": "abcdefghijklmnopqrstuvwxyz234567")"), entropy}});
}

TEST(CredentialIssuerLimits, OfWhatBothKindsShare) {
  const auto number = [](const std::string& name, int value) {
    return Spec("\"" + name + "\": " + std::to_string(value));
  };
  const auto rate = [](const std::string& name, int value) {
    return Spec(R"("rateLimit": {")" + name + "\": " + std::to_string(value) + "}");
  };
  const auto duration = [](const std::string& name, const std::string& value) {
    return Spec("\"" + name + "\": \"" + value + "\"");
  };
  const std::vector<Limit> limits = {
      {R"({"metadata": {"name": "«52 n»"}})", R"({"metadata": {"name": "«53 n»"}})",
       "metadata.name: must be at most 52 characters, choose a shorter name: other objects are "
       "named after it"},
      {rate("requestsPerSecond", 1), rate("requestsPerSecond", 0),
       "spec.rateLimit.requestsPerSecond: must be between 1 and 1000"},
      {rate("requestsPerSecond", 1000), rate("requestsPerSecond", 1001),
       "spec.rateLimit.requestsPerSecond: must be between 1 and 1000"},
      {rate("burst", 1), rate("burst", 0), "spec.rateLimit.burst: must be between 1 and 1000"},
      {rate("burst", 1000), rate("burst", 1001),
       "spec.rateLimit.burst: must be between 1 and 1000"},
      {number("maxLiveKeys", 2), number("maxLiveKeys", 1),
       "spec.maxLiveKeys: must be between 2 and 10"},
      {number("maxLiveKeys", 10), number("maxLiveKeys", 11),
       "spec.maxLiveKeys: must be between 2 and 10"},
      {number("maxCredentialsPerNamespace", 1), number("maxCredentialsPerNamespace", 0),
       "spec.maxCredentialsPerNamespace: must be between 1 and 10000"},
      {number("maxCredentialsPerNamespace", 10000), number("maxCredentialsPerNamespace", 10001),
       "spec.maxCredentialsPerNamespace: must be between 1 and 10000"},
      {duration("consistencyWindow", "0s"), duration("consistencyWindow", "1h1s"),
       "spec.consistencyWindow: must be a duration between 0s and 1h, e.g. 1m"},
      {duration("timeout", "1s"), duration("timeout", "0s"),
       "spec.timeout: must be a duration between 1s and 5m, e.g. 30s"},
      {duration("timeout", "5m"), duration("timeout", "5m1s"),
       "spec.timeout: must be a duration between 1s and 5m, e.g. 30s"}};
  ExpectLimits<CredentialIssuer>(Good(), limits);
  ExpectLimits<ClusterCredentialIssuer>(builders::ClusterCredentialIssuerBuilder().BuildJson(),
                                        limits);
}

TEST(CredentialIssuerLimits, OfTheNamespacesOfAClusterIssuer) {
  const auto selector = [](const std::string& members) {
    return Spec(R"("allowedNamespaces": {)" + members + "}");
  };
  const auto expression = [&](const std::string& key, size_t values) {
    return selector(R"("matchExpressions": [{"key": ")" + key +
                    R"(", "operator": "In", "values": [)" + Times(values, R"("v#")") + "]}]");
  };
  const std::string exists = R"({"key": "k#", "operator": "Exists"})";
  const std::string at = "spec.allowedNamespaces.";
  ExpectLimits<ClusterCredentialIssuer>(
      builders::ClusterCredentialIssuerBuilder().BuildJson(),
      {{selector(R"("matchLabels": {)" + Times(16, R"("l#": "v")") + "}"),
        selector(R"("matchLabels": {)" + Times(17, R"("l#": "v")") + "}"),
        at + "matchLabels: must have at most 16 items, has 17"},
       {selector(R"("matchExpressions": [)" + Times(16, exists) + "]"),
        selector(R"("matchExpressions": [)" + Times(17, exists) + "]"),
        at + "matchExpressions: must have at most 16 items, has 17"},
       {expression("«317 k»", 1), expression("«318 k»", 1),
        at + "matchExpressions[0].key: must be 1 to 317 characters, is 318"},
       {expression("k", 32), expression("k", 33),
        at + "matchExpressions[0].values: must have at most 32 items, has 33"}});
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
