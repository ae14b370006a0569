#include "tls/self_signed_source.h"

namespace keysteward::tls {

Result<std::unique_ptr<SelfSignedSource>> SelfSignedSource::Create(SelfSignedSpec spec,
                                                                   const Clock& clock) {
  std::unique_ptr<SelfSignedSource> source(new SelfSignedSource(std::move(spec), clock));
  KS_ASSIGN_OR_RETURN(const bool changed, source->Poll());
  if (!changed) return Error::Internal("self-signed certificate: no first pair was made");
  return Result<std::unique_ptr<SelfSignedSource>>(std::move(source));
}

Result<bool> SelfSignedSource::Poll() {
  std::optional<SelfSignedState> held;
  {
    MutexLock lock(mutex_);
    held = state_;
  }
  KS_ASSIGN_OR_RETURN(SelfSignedState next, NextSelfSigned(held, spec_, clock_.WallNow()));
  if (held && next.revision == held->revision) return false;
  auto pair = std::make_shared<const ServingPair>(
      ServingPair{CertificateChain({next.leaf}), next.leaf_key, {}, next.revision});
  MutexLock lock(mutex_);
  state_ = std::move(next);
  current_ = std::move(pair);
  return true;
}

WallTime SelfSignedSource::next_change() const {
  MutexLock lock(mutex_);
  return NextSelfSignedChange(*state_, spec_);
}

std::shared_ptr<const ServingPair> SelfSignedSource::Current() const {
  MutexLock lock(mutex_);
  return current_;
}

std::string SelfSignedSource::BundlePem() const {
  MutexLock lock(mutex_);
  return state_->Bundle().Pem();
}

}  // namespace keysteward::tls
