#include "webhook/serving_certificate/secret_source.h"

namespace keysteward::webhook {

Result<tls::ServingPair> ReadServingPair(const api::core::Secret& secret) {
  KS_ASSIGN_OR_RETURN(const SecretBytes chain_pem, secret.Value("tls.crt"));
  KS_ASSIGN_OR_RETURN(const SecretBytes key_pem, secret.Value("tls.key"));
  Result<tls::CertificateChain> chain = tls::CertificateChain::FromPem(chain_pem.view());
  if (!chain) return std::move(chain).error().WithContext("entry tls.crt");
  Result<tls::KeyPair> key = tls::KeyPair::FromPem(key_pem.view());
  if (!key) return std::move(key).error().WithContext("entry tls.key");
  if (!chain->leaf().MatchesKey(*key)) {
    return Error::InvalidArgument("entry tls.key does not belong to the certificate in tls.crt");
  }
  return tls::ServingPair{.chain = *std::move(chain), .key = *std::move(key), .client_ca = {}};
}

void SecretSource::Take(const std::shared_ptr<const api::core::Secret>& secret) {
  if (secret == nullptr) return;
  Result<tls::ServingPair> pair = ReadServingPair(*secret);
  if (!pair) {
    log_.Error("serving certificate not taken",
               {{"secret", secret->metadata.key().ToString()}, {"error", pair.error().message}});
    return;
  }
  MutexLock lock(mutex_);
  pair->version = current_ == nullptr ? 1 : current_->version + 1;
  current_ = std::make_shared<const tls::ServingPair>(*std::move(pair));
}

std::shared_ptr<const tls::ServingPair> SecretSource::Current() const {
  MutexLock lock(mutex_);
  return current_;
}

}  // namespace keysteward::webhook
