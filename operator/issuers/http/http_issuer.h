// HttpIssuer: a REST key API described as data by CredentialIssuer.spec.http.
//
// Calls are paced by the issuer's rate limit and counted. The admin credential is added last, to
// the request that leaves, and wiped after. docs/kinds/credentialissuer.md.
#pragma once

#include <memory>
#include <string>

#include "api/v1alpha1/credential_issuer_types.h"
#include "common/token_bucket.h"
#include "http/transport.h"
#include "observability/metrics.h"
#include "operator/issuers/http/http_prober.h"
#include "operator/issuers/http/request_builder.h"
#include "operator/issuers/issuer.h"

namespace keysteward::op {

struct HttpIssuerParts {
  std::string name;                // "payments/acme", for metrics and messages
  api::v1alpha1::IssuerSpec spec;  // with http
  SecretBytes admin;
  std::string base_path;                           // of baseURL
  std::shared_ptr<http::HttpTransport> transport;  // bound to baseURL's host
};

class HttpIssuer final : public Issuer {
 public:
  HttpIssuer(HttpIssuerParts parts, const Clock& clock, Metrics& metrics);

  IssuerCapabilities capabilities() const override;
  const std::vector<api::v1alpha1::IssuerParameter>& parameters() const override {
    return http_.parameters;
  }
  Result<void> Check(const kube::Call& call) override;
  Result<IssuedKey> Create(const CreateRequest& request, const kube::Call& call) override;
  Result<std::vector<ListedKey>> List(const std::string& label_prefix,
                                      const kube::Call& call) override;
  Result<void> Disable(const std::string& key_id, const kube::Call& call) override;
  Result<void> Enable(const std::string& key_id, const kube::Call& call) override;
  Result<void> Delete(const std::string& key_id, const kube::Call& call) override;
  Result<ProbeReply> Probe(const SecretBytes& value, const kube::Call& call) override;
  Result<LastUse> LastUsed(const std::string& key_id, const kube::Call& call) override;

 private:
  // Builds, authorises, paces and sends; any status is a reply.
  Result<http::HttpResponse> Call(const char* operation,
                                  const api::v1alpha1::HttpRequest& described,
                                  const Insertions& insertions, const kube::Call& call,
                                  const std::string& extra_query = "");
  Result<void> Authorise(http::HttpRequest& request) const;
  Result<void> Run(const char* operation, const api::v1alpha1::HttpAction& action,
                   const std::string& key_id, const kube::Call& call);

  const HttpIssuerParts parts_;
  const api::v1alpha1::HttpIssuer& http_;  // within parts_
  const HttpProber prober_;
  const Clock& clock_;
  Metrics& metrics_;
  TokenBucket pace_;
};

}  // namespace keysteward::op
