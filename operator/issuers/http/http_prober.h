// HttpProber: asks a service whether it accepts a key.
#pragma once

#include <memory>
#include <string>

#include "api/v1alpha1/http_issuer_types.h"
#include "http/transport.h"
#include "operator/issuers/issuer.h"

namespace keysteward::op {

class HttpProber {
 public:
  // `transport` is bound to the service; `base_path` goes in front of the described path.
  HttpProber(api::v1alpha1::HttpProbe described, std::string base_path,
             std::shared_ptr<http::HttpTransport> transport)
      : described_(std::move(described)),
        base_path_(std::move(base_path)),
        transport_(std::move(transport)) {}

  Result<ProbeReply> Probe(const SecretBytes& value, const kube::Call& call) const;

 private:
  const api::v1alpha1::HttpProbe described_;
  const std::string base_path_;
  const std::shared_ptr<http::HttpTransport> transport_;
};

}  // namespace keysteward::op
