// GeneratedIssuer: random keys made here, for services inside the cluster that only compare
// strings.
//
// There is no provider: nothing is listed or revoked, and a key ends when nobody holds it. With a
// probe in the spec, the service that checks keys can be asked.
//
//   auto issuer = std::make_shared<GeneratedIssuer>(spec, random, prober);
#pragma once

#include <memory>

#include "api/v1alpha1/credential_issuer_types.h"
#include "common/random.h"
#include "operator/issuers/http/http_prober.h"
#include "operator/issuers/issuer.h"

namespace keysteward::op {

class GeneratedIssuer final : public Issuer {
 public:
  // `prober` may be null: no probe.
  GeneratedIssuer(api::v1alpha1::GeneratedIssuer spec, Random& random,
                  std::unique_ptr<HttpProber> prober)
      : spec_(std::move(spec)), random_(random), prober_(std::move(prober)) {}

  IssuerCapabilities capabilities() const override;
  const std::vector<api::v1alpha1::IssuerParameter>& parameters() const override {
    return no_parameters_;
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
  const api::v1alpha1::GeneratedIssuer spec_;
  Random& random_;
  const std::unique_ptr<HttpProber> prober_;
  const std::vector<api::v1alpha1::IssuerParameter> no_parameters_;
};

}  // namespace keysteward::op
