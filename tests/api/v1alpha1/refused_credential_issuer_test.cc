// Wrong objects of the kind CredentialIssuer and what their authors are told: the field, and what
// belongs there.
#include <gtest/gtest.h>

#include "api/v1alpha1/credential_issuer_validation.h"
#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/credential_issuer_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

const Refused kRefused[] = {
    {R"({"kind": "Issuer"})", "kind: must be CredentialIssuer"},
    {R"({"metadata": {"name": "«53 n»"}})",
     "metadata.name: must be at most 52 characters, choose a shorter name: other objects "
     "are named after it"},
    {R"({"spec": {"http": null}})",
     "spec: must set exactly one of generated and http: it says where keys come from"},
    {R"({"spec": {"generated": {}}})",
     "spec: must set exactly one of generated and http: it says where keys come from"},
    {R"({"spec": {"http": null, "generated": {"length": 15}}})",
     "spec.generated.length: must be between 16 and 512 | spec.generated.length: gives "
     "less than 128 bits with this alphabet: choose more characters"},
    {R"({"spec": {"http": null, "generated": {"length": 513}}})",
     "spec.generated.length: must be between 16 and 512"},
    {R"({"spec": {"http": null, "generated": {"alphabet": "abc"}}})",
     "spec.generated.alphabet: must be 10 to 95 characters, is 3 | spec.generated.length: "
     "gives less than 128 bits with this alphabet: choose more characters"},
    {R"({"spec": {"http": null, "generated": {"alphabet": "aabcdefghijk"}}})",
     "spec.generated.alphabet: must not repeat a character: some would come up more often"},
    {R"({"spec": {"http": null, "generated": {"alphabet": "abcdefghij k"}}})",
     "spec.generated.alphabet: must be printable ASCII without spaces"},
    {R"({"spec": {"http": null, "generated": {"alphabet": "abcdefghijé"}}})",
     "spec.generated.alphabet: must be printable ASCII without spaces"},
    {R"({"spec": {"http": null, "generated": {"length": 20,
 "alphabet": "0123456789"}}})",
     "spec.generated.length: gives less than 128 bits with this alphabet: choose more "
     "characters"},
    {R"({"spec": {"http": null, "generated": {"length": "40"}}})",
     "spec.generated.length: must be an integer"},
    {R"({"spec": {"http": null, "generated": {"probe": {}}}})",
     "spec.generated.probe.baseURL: is required"},
    {R"({"spec": {"http": {"baseURL": "http://api.acme.example"}}})",
     "spec.http.baseURL: must be https://HOST[:PORT][/PATH] without user, query or "
     "fragment, e.g. https://api.acme.example/v1"},
    {R"({"spec": {"http": {"baseURL": "https://user@api.acme.example"}}})",
     "spec.http.baseURL: must be https://HOST[:PORT][/PATH] without user, query or "
     "fragment, e.g. https://api.acme.example/v1"},
    {R"({"spec": {"http": {"baseURL": "https://api.acme.example/v1?x=1"}}})",
     "spec.http.baseURL: must be https://HOST[:PORT][/PATH] without user, query or "
     "fragment, e.g. https://api.acme.example/v1"},
    {R"({"spec": {"http": {"baseURL": null}}})", "spec.http.baseURL: is required"},
    {R"({"spec": {"http": {"caBundle": "no certificate"}}})",
     "spec.http.caBundle: must be PEM and hold at least one -----BEGIN CERTIFICATE-----"},
    {R"({"spec": {"http": {"admin": null}}})", "spec.http.admin.secretRef.name: is required"},
    {R"({"spec": {"http": {"admin": {"secretRef": {"name": "Not A Name"}}}}})",
     "spec.http.admin.secretRef.name: must be an object name: lower case letters, digits, "
     "- and ., e.g. stripe-live"},
    {R"({"spec": {"http": {"admin": {"secretRef": {"key": "a/b"}}}}})",
     "spec.http.admin.secretRef.key: must be an entry name of the Secret, e.g. token"},
    {R"({"spec": {"http": {"admin": {"header": null}}}})",
     "spec.http.admin: must set exactly one of header, basic and query: it says how the "
     "admin credential is sent"},
    {R"({"spec": {"http": {"admin": {"query": {"name": "token"}}}}})",
     "spec.http.admin: must set exactly one of header, basic and query: it says how the "
     "admin credential is sent"},
    {R"({"spec": {"http": {"admin": {"header": {"value": "Bearer token"}}}}})",
     "spec.http.admin.header.value: must hold ${secret} exactly once and no other "
     "placeholder, e.g. Bearer ${secret}"},
    {R"({"spec": {"http": {"admin": {"header": {"value": "${secret}${secret}"}}}}})",
     "spec.http.admin.header.value: must hold ${secret} exactly once and no other "
     "placeholder, e.g. Bearer ${secret}"},
    {R"({"spec": {"http": {"admin": {"header": {"value": "${secret}\r\nX: y"}}}}})",
     "spec.http.admin.header.value: must hold ${secret} exactly once and no other "
     "placeholder, e.g. Bearer ${secret}"},
    {R"({"spec": {"http": {"admin": {"header": {"name": "A B"}}}}})",
     "spec.http.admin.header.name: must be 1 to 64 letters, digits and -, e.g. "
     "Authorization"},
    {R"({"spec": {"http": {"admin": {"header": null, "basic": {"username": "a:b"}}}}})",
     "spec.http.admin.basic.username: must not hold a colon, basic authentication cannot "
     "carry one"},
    {R"({"spec": {"http": {"admin": {"header": null, "basic": {"username": ""}}}}})",
     "spec.http.admin.basic.username: must be 1 to 256 characters, is 0"},
    {R"({"spec": {"http": {"admin": {"header": null, "query": {"name": "a b"}}}}})",
     "spec.http.admin.query.name: must be 1 to 64 letters, digits, _, . and -, e.g. after"},
    {R"({"spec": {"http": {"parameters": [{"name": "9x"}]}}})",
     "spec.http.parameters[0].name: must be at most 63 letters, digits, - or _ and begin "
     "with a letter, e.g. scope"},
    {R"({"spec": {"http": {"parameters": [{"name": "a"}, {"name": "a"}]}}})",
     "spec.http.parameters[1].name: must not be declared twice"},
    {R"({"spec": {"http": {"parameters": [{"name": "a", "pattern": "x",
 "enum": ["y"]}]}}})",
     "spec.http.parameters[0].enum: may be set only without pattern: keep one of pattern "
     "and enum"},
    {R"({"spec": {"http": {"parameters": [{}]}}})", "spec.http.parameters[0].name: is required"},
    {R"({"spec": {"http": {"create": null}}})",
     "spec.http.create.request.method: is required: GET, HEAD, POST, PUT, PATCH or DELETE"},
    {R"({"spec": {"http": {"create": {"request": {"method": "GET"}}}}})",
     "spec.http.create.request.method: GET carries no body: remove json and form, or "
     "choose POST, PUT or PATCH | spec.http.create.request.method: must be POST or PUT: "
     "it makes a key"},
    {R"({"spec": {"http": {"create": {"request": {"method": "TRACE"}}}}})",
     "spec.http.create.request.method: must be GET, HEAD, POST, PUT, PATCH or DELETE"},
    {R"({"spec": {"http": {"create": {"request": {"path": "keys"}}}}})",
     "spec.http.create.request.path: must begin with one /, hold printable ASCII without "
     "spaces, and neither /../ nor #, e.g. /keys?limit=100"},
    {R"({"spec": {"http": {"create": {"request": {"path": "//evil.example/keys"}}}}})",
     "spec.http.create.request.path: must begin with one /, hold printable ASCII without "
     "spaces, and neither /../ nor #, e.g. /keys?limit=100"},
    {R"({"spec": {"http": {"create": {"request": {"path": "/a/../admin"}}}}})",
     "spec.http.create.request.path: must begin with one /, hold printable ASCII without "
     "spaces, and neither /../ nor #, e.g. /keys?limit=100"},
    {R"({"spec": {"http": {"create": {"request": {"path": "/keys#x"}}}}})",
     "spec.http.create.request.path: must begin with one /, hold printable ASCII without "
     "spaces, and neither /../ nor #, e.g. /keys?limit=100"},
    {R"({"spec": {"http": {"create": {"request": {"path": "/keys/${keyId}"}}}}})",
     "spec.http.create.request.path: may hold only ${token}, ${label}, ${expiresAt} and "
     "${param.NAME} as placeholders"},
    {R"({"spec": {"http": {"create": {"request": {"path": "/keys/${param.scope}"}}}}})",
     "spec.http.create.request.path: uses ${param.scope} but parameters does not declare "
     "it: add it there"},
    {R"({"spec": {"http": {"create": {"request": {"headers": [{"name": "Host",
 "value": "x"}]}}}}})",
     "spec.http.create.request.headers[0].name: is set by the HTTP client itself: remove "
     "this header"},
    {R"({"spec": {"http": {"create": {"request": {"headers": [{"name": "Content-Length",
 "value": "1"}]}}}}})",
     "spec.http.create.request.headers[0].name: is set by the HTTP client itself: remove "
     "this header"},
    {R"({"spec": {"http": {"create": {"request": {"headers": [{"name": "A",
 "value": "1"}, {"name": "a", "value": "2"}]}}}}})",
     "spec.http.create.request.headers[1].name: must not be listed twice"},
    {R"({"spec": {"http": {"create": {"request": {"headers": [{"name": "A",
 "value": "x\ny"}]}}}}})",
     "spec.http.create.request.headers[0].value: must be printable ASCII on one line"},
    {R"({"spec": {"http": {"create": {"request": {"headers": [{"name": "A"}]}}}}})",
     "spec.http.create.request.headers[0].value: is required"},
    {R"({"spec": {"http": {"create": {"request": {"form": {"a": "b"}}}}}})",
     "spec.http.create.request.form: may be set only without json: keep one of json and "
     "form"},
    {R"({"spec": {"http": {"create": {"request": {"json": []}}}}})",
     "spec.http.create.request.json: must be an object"},
    {R"({"spec": {"http": {"create": {"request": {"json": {"a": {"b": ["${nope}"]}}}}}}})",
     "spec.http.create.request.json.a.b[0]: may hold only ${token}, ${label}, "
     "${expiresAt} and ${param.NAME} as placeholders"},
    {R"({"spec": {"http": {"create": {"expect": []}}}})",
     "spec.http.create.expect: must hold 1 to 16 HTTP status codes from 100 to 599, e.g. "
     "200"},
    {R"({"spec": {"http": {"create": {"expect": [99]}}}})",
     "spec.http.create.expect: must hold HTTP status codes from 100 to 599"},
    {R"({"spec": {"http": {"create": {"expect": 200}}}})",
     "spec.http.create.expect: must be a list of HTTP status codes"},
    {R"({"spec": {"http": {"create": {"extract": {"id": "id"}}}}})",
     "spec.http.create.extract.id: must be a JSON Pointer, e.g. /data/id"},
    {R"({"spec": {"http": {"create": {"extract": {"key": null}}}}})",
     "spec.http.create.extract.key: is required"},
    {R"({"spec": {"http": {"create": {"extract": {"id": "/secret"}}}}})",
     "spec.http.create.extract.id: must not be the same place as key: the id is printed, "
     "the key never"},
    {R"({"spec": {"http": {"create": {"extract": {"expiresAt": "/a//b"}}}}})",
     "spec.http.create.extract.expiresAt: must be a JSON Pointer, e.g. /data/id"},
    {R"({"spec": {"http": {"create": {"value": "Retrievable",
 "request": {"headers": null}}}}})",
     "spec.http.create.value: Retrievable needs a request header with ${token}, e.g. "
     "Idempotency-Key; add it or set ShownOnce"},
    {R"({"spec": {"http": {"create": {"value": "Forever"}}}})",
     "spec.http.create.value: must be ShownOnce or Retrievable"},
    {R"({"spec": {"http": {"list": {"request": {"method": "POST",
 "json": {"a": "b"}}}}}})",
     "spec.http.list.request.method: GET carries no body: remove json and form, or choose "
     "POST, PUT or PATCH"},
    {R"({"spec": {"http": {"list": {"items": "data"}}}})",
     "spec.http.list.items: must be a JSON Pointer, e.g. /data/id"},
    {R"({"spec": {"http": {"list": {"id": null}}}})", "spec.http.list.id: is required"},
    {R"({"spec": {"http": {"list": {"state": {"live": []}}}}})",
     "spec.http.list.state.live: must hold at least one value, e.g. active"},
    {R"({"spec": {"http": {"list": {"state": {"live": ["x"], "disabled": ["x"]}}}}})",
     "spec.http.list.state.disabled: must not share a value with live: each value means "
     "one thing"},
    {R"({"spec": {"http": {"list": {"next": {"parameter": "a b"}}}}})",
     "spec.http.list.next.parameter: must be 1 to 64 letters, digits, _, . and -, e.g. "
     "after"},
    {R"({"spec": {"http": {"list": {"next": {"at": "next"}}}}})",
     "spec.http.list.next.at: must be a JSON Pointer, e.g. /data/id"},
    {R"({"spec": {"http": {"enable": null}}})",
     "spec.http.enable: must be set together with disable: a disabled key that is still "
     "in use has to be enabled again"},
    {R"({"spec": {"http": {"disable": {"expect": [600]}}}})",
     "spec.http.disable.expect: must hold HTTP status codes from 100 to 599"},
    {R"({"spec": {"http": {"delete": {"gone": []}}}})",
     "spec.http.delete.gone: must hold 1 to 16 HTTP status codes from 100 to 599, e.g. 200"},
    {R"({"spec": {"http": {"delete": null}}})",
     "spec.http.delete.request.method: is required: GET, HEAD, POST, PUT, PATCH or DELETE"},
    {R"({"spec": {"http": {"probe": null}}})",
     "spec.http.probe.request.method: is required: GET, HEAD, POST, PUT, PATCH or DELETE"},
    {R"({"spec": {"http": {"probe": {"request": {"headers": []}}}}})",
     "spec.http.probe.request: must send ${key} in a header, or every key would look "
     "alike, e.g. Authorization: Bearer ${key}"},
    {R"({"spec": {"http": {"probe": {"request": {"path": "/whoami?key=${key}"}}}}})",
     "spec.http.probe.request.path: may hold only ${keyId} and ${param.NAME} as "
     "placeholders"},
    {R"({"spec": {"http": {"probe": {"live": [200], "refused": [200]}}}})",
     "spec.http.probe.refused: must not share a code with live: each code means one thing"},
    {R"({"spec": {"http": {"probe": {"live": []}}}})",
     "spec.http.probe.live: must hold 1 to 16 HTTP status codes from 100 to 599, e.g. 200"},
    {R"({"spec": {"http": {"probe": {"refused": null}}}})",
     "spec.http.probe.refused: must hold 1 to 16 HTTP status codes from 100 to 599, e.g. "
     "200"},
    {R"({"spec": {"http": {"lastUsed": {"at": "last"}}}})",
     "spec.http.lastUsed.at: must be a JSON Pointer, e.g. /data/id"},
    {R"({"spec": {"http": {"lastUsed": {"format": "Julian"}}}})",
     "spec.http.lastUsed.format: must be RFC3339 or UnixSeconds"},
    {R"({"spec": {"rateLimit": {"requestsPerSecond": 0}}})",
     "spec.rateLimit.requestsPerSecond: must be between 1 and 1000"},
    {R"({"spec": {"rateLimit": {"burst": 1001}}})",
     "spec.rateLimit.burst: must be between 1 and 1000"},
    {R"({"spec": {"maxLiveKeys": 1}})", "spec.maxLiveKeys: must be between 2 and 10"},
    {R"({"spec": {"maxLiveKeys": 11}})", "spec.maxLiveKeys: must be between 2 and 10"},
    {R"({"spec": {"maxCredentialsPerNamespace": 0}})",
     "spec.maxCredentialsPerNamespace: must be between 1 and 10000"},
    {R"({"spec": {"consistencyWindow": "2h"}})",
     "spec.consistencyWindow: must be a duration between 0s and 1h, e.g. 1m"},
    {R"({"spec": {"timeout": "0s"}})",
     "spec.timeout: must be a duration between 1s and 5m, e.g. 30s"},
    {R"({"spec": {"timeout": "soon"}})",
     "spec.timeout: \"soon\" is not a duration; write for example 720h, 10m or 1h30m"}};

TEST(CredentialIssuerRefusals, NameTheFieldAndTheRemedy) {
  const nlohmann::json good = builders::CredentialIssuerBuilder().BuildJson();
  ASSERT_EQ(Refusal<CredentialIssuer>(good, "{}"), "") << "what the rows change is itself good";
  for (const Refused& row : kRefused) {
    EXPECT_EQ(Refusal<CredentialIssuer>(good, row.patch), row.message) << row.patch;
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
