// SelfSignedSource: a CertificateSource that renews its own certificate in memory, for processes
// that hand their bundle to clients themselves.
//
// Poll is for one thread; the rest is thread-safe.
//
//   KS_ASSIGN_OR_RETURN(auto source, SelfSignedSource::Create(spec, clock));
//   Write("ca.pem", source->BundlePem());
#pragma once

#include <memory>
#include <string>

#include "common/clock.h"
#include "common/mutex.h"
#include "common/result.h"
#include "tls/certificate_source.h"
#include "tls/self_signed.h"

namespace keysteward::tls {

class SelfSignedSource final : public CertificateSource {
 public:
  static Result<std::unique_ptr<SelfSignedSource>> Create(SelfSignedSpec spec, const Clock& clock);

  // Renews what is due; true when the pair or the bundle changed.
  Result<bool> Poll();
  // When Poll will next change something.
  WallTime next_change() const;

  std::shared_ptr<const ServingPair> Current() const override;
  std::string BundlePem() const;

 private:
  SelfSignedSource(SelfSignedSpec spec, const Clock& clock)
      : spec_(std::move(spec)), clock_(clock) {}

  const SelfSignedSpec spec_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::optional<SelfSignedState> state_ GUARDED_BY(mutex_);
  std::shared_ptr<const ServingPair> current_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::tls
