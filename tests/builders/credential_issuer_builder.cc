#include "tests/builders/credential_issuer_builder.h"

#include <nlohmann/json.hpp>

namespace keysteward::builders {

using namespace api::v1alpha1;  // NOLINT: a builder speaks of nothing else

namespace {

HttpRequest Request(HttpMethod method, const std::string& path) {
  HttpRequest request;
  request.method = method;
  request.path = path;
  return request;
}

HttpList ListOfKeys() {
  HttpList list;
  list.request = Request(HttpMethod::kGet, "/keys?limit=100");
  list.items = "/data";
  list.id = "/id";
  list.label = "/name";
  list.state = HttpListState{"/status", {"active"}, {"inactive"}};
  list.next = HttpListNext{"/next", "after"};
  return list;
}

}  // namespace

HttpIssuer HttpIssuerAt(const std::string& base_url) {
  HttpIssuer issuer;
  issuer.base_url = base_url;
  issuer.admin.secret_ref = {"acme-admin", "token"};
  issuer.admin.header = HttpHeader{"Authorization", "Bearer ${secret}"};
  issuer.create.request = Request(HttpMethod::kPost, "/keys");
  issuer.create.request.headers = {{"Idempotency-Key", "${token}"}};
  issuer.create.request.json = R"({"name":"${label}"})";
  issuer.create.id_at = "/id";
  issuer.create.key_at = "/secret";
  issuer.create.expires_at_at = "/expires_at";
  issuer.list = ListOfKeys();
  issuer.disable = HttpAction{Request(HttpMethod::kPost, "/keys/${keyId}/disable"), {200, 204}};
  issuer.enable = HttpAction{Request(HttpMethod::kPost, "/keys/${keyId}/enable"), {200, 204}};
  issuer.remove.request = Request(HttpMethod::kDelete, "/keys/${keyId}");
  issuer.probe.request = Request(HttpMethod::kGet, "/whoami");
  issuer.probe.request.headers = {{"Authorization", "Bearer ${key}"}};
  issuer.probe.live = {200};
  issuer.probe.refused = {401, 403};
  issuer.probe.id = "/key_id";
  issuer.last_used = HttpLastUsed{Request(HttpMethod::kGet, "/keys/${keyId}"), "/last_used_at",
                                  TimeFormat::kRfc3339};
  return issuer;
}

CredentialIssuerBuilder::CredentialIssuerBuilder(const std::string& name) {
  issuer_.metadata.name = name;
  issuer_.metadata.namespace_name = "payments";
  issuer_.metadata.uid = "uid-" + name;
  issuer_.metadata.generation = 1;
  issuer_.spec.http = HttpIssuerAt("https://api.acme.example/v1");
}

CredentialIssuerBuilder& CredentialIssuerBuilder::In(const std::string& namespace_name) {
  issuer_.metadata.namespace_name = namespace_name;
  return *this;
}

CredentialIssuerBuilder& CredentialIssuerBuilder::At(const std::string& base_url) {
  issuer_.spec.http = HttpIssuerAt(base_url);
  return *this;
}

CredentialIssuerBuilder& CredentialIssuerBuilder::Generating(int64_t length) {
  issuer_.spec.http.reset();
  issuer_.spec.generated.emplace().length = length;
  return *this;
}

CredentialIssuerBuilder& CredentialIssuerBuilder::WithParameter(const IssuerParameter& parameter) {
  issuer_.spec.http->parameters.push_back(parameter);
  return *this;
}

CredentialIssuerBuilder& CredentialIssuerBuilder::WithoutDisable() {
  issuer_.spec.http->disable.reset();
  issuer_.spec.http->enable.reset();
  return *this;
}

CredentialIssuerBuilder& CredentialIssuerBuilder::With(
    const std::function<void(CredentialIssuer&)>& change) {
  change(issuer_);
  return *this;
}

nlohmann::json CredentialIssuerBuilder::BuildJson() const { return ToJson(issuer_); }

ClusterCredentialIssuerBuilder::ClusterCredentialIssuerBuilder(const std::string& name) {
  issuer_.metadata.name = name;
  issuer_.metadata.uid = "uid-" + name;
  issuer_.metadata.generation = 1;
  issuer_.spec.http = HttpIssuerAt("https://api.acme.example/v1");
}

ClusterCredentialIssuerBuilder& ClusterCredentialIssuerBuilder::ForNamespacesWith(
    const std::string& label, const std::string& value) {
  issuer_.spec.allowed_namespaces.match_labels[label] = value;
  return *this;
}

ClusterCredentialIssuerBuilder& ClusterCredentialIssuerBuilder::With(
    const std::function<void(ClusterCredentialIssuer&)>& change) {
  change(issuer_);
  return *this;
}

nlohmann::json ClusterCredentialIssuerBuilder::BuildJson() const { return ToJson(issuer_); }

}  // namespace keysteward::builders
