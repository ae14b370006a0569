// IssuerFactory: an Issuer out of a spec and its admin credential, behind the rules for hosts.
//
// Listed by name, one line per member of CredentialIssuer.spec. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/random.h"
#include "http/address_policy.h"
#include "http/endpoint.h"
#include "http/transport.h"
#include "observability/metrics.h"
#include "operator/issuers/issuer.h"
#include "operator/issuers/issuer_snapshot.h"

namespace keysteward::op {

// Chart value issuers.allowedHosts: the hosts that namespaced issuers may name.
struct HostRule {
  std::string host;  // exact, lower case
  bool allow_private = false;
};

// Makes a transport bound to an endpoint; addresses are judged by the policy when it dials.
using TransportMaker = std::function<Result<std::unique_ptr<http::HttpTransport>>(
    http::TransportOptions options, const http::AddressPolicy& policy)>;

class IssuerFactory {
 public:
  IssuerFactory(TransportMaker make_transport, const Clock& clock, Random& random, Metrics& metrics)
      : make_transport_(std::move(make_transport)),
        clock_(clock),
        random_(random),
        metrics_(metrics) {}

  Result<std::shared_ptr<Issuer>> Make(const IssuerCopy& copy) const;

 private:
  struct Bound {
    std::shared_ptr<http::HttpTransport> transport;
    std::string base_path;
  };
  Result<Bound> Bind(const std::string& base_url, const std::string& ca_bundle,
                     bool allow_private) const;

  const TransportMaker make_transport_;
  const Clock& clock_;
  Random& random_;
  Metrics& metrics_;
};

// kPermissionDenied "HostNotAllowed: …" with the chart value to set, unless a rule names the host
// of the issuer's URL. Issuers without a URL pass. Returns whether private addresses are allowed.
Result<bool> CheckHost(const api::v1alpha1::IssuerSpec& spec, const std::vector<HostRule>& rules);

}  // namespace keysteward::op
