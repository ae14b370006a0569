#include "operator/issuers/issuer_factory.h"

#include "operator/issuers/generated/generated_issuer.h"
#include "operator/issuers/http/http_issuer.h"

namespace keysteward::op {

using api::v1alpha1::IssuerSpec;

namespace {

std::string UrlOf(const IssuerSpec& spec) {
  if (spec.http) return spec.http->base_url;
  if (spec.generated && spec.generated->probe) return spec.generated->probe->base_url;
  return "";
}

}  // namespace

Result<bool> CheckHost(const IssuerSpec& spec, const std::vector<HostRule>& rules) {
  const std::string url = UrlOf(spec);
  if (url.empty()) return false;
  KS_ASSIGN_OR_RETURN(const http::Endpoint endpoint, http::Endpoint::Parse(url));
  for (const HostRule& rule : rules) {
    if (rule.host == endpoint.host) return rule.allow_private;
  }
  return Error::PermissionDenied(
      "HostNotAllowed: host " + endpoint.host +
      " is not among the chart value issuers.allowedHosts; ask a cluster admin to add it, or use a "
      "ClusterCredentialIssuer");
}

Result<IssuerFactory::Bound> IssuerFactory::Bind(const std::string& base_url,
                                                 const std::string& ca_bundle,
                                                 bool allow_private) const {
  KS_ASSIGN_OR_RETURN(http::Endpoint endpoint, http::Endpoint::Parse(base_url));
  Bound bound;
  bound.base_path = std::exchange(endpoint.base_path, "");
  http::TransportOptions options;
  options.endpoint = std::move(endpoint);
  options.trust.ca_pem = ca_bundle;
  KS_ASSIGN_OR_RETURN(bound.transport,
                      make_transport_(std::move(options), {.allow_private = allow_private}));
  return bound;
}

Result<std::shared_ptr<Issuer>> IssuerFactory::Make(const IssuerCopy& copy) const {
  if (copy.spec.http) {
    const auto& http = *copy.spec.http;
    KS_ASSIGN_OR_RETURN(const Bound bound, Bind(http.base_url, http.ca_bundle, copy.allow_private));
    return std::shared_ptr<Issuer>(
        std::make_shared<HttpIssuer>(HttpIssuerParts{.name = copy.name,
                                                     .spec = copy.spec,
                                                     .admin = copy.admin.Clone(),
                                                     .base_path = bound.base_path,
                                                     .transport = bound.transport},
                                     clock_, metrics_));
  }
  if (!copy.spec.generated) {
    return Error::InvalidArgument("issuer " + copy.name + ": spec has neither generated nor http");
  }
  std::unique_ptr<HttpProber> prober;
  if (const auto& probe = copy.spec.generated->probe) {
    KS_ASSIGN_OR_RETURN(const Bound bound,
                        Bind(probe->base_url, probe->ca_bundle, copy.allow_private));
    prober = std::make_unique<HttpProber>(probe->probe, bound.base_path, bound.transport);
  }
  return std::shared_ptr<Issuer>(
      std::make_shared<GeneratedIssuer>(*copy.spec.generated, random_, std::move(prober)));
}

}  // namespace keysteward::op
