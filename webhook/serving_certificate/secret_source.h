// SecretSource: the webhook's serving certificate out of one Secret, swapped hot.
//
// The operator writes the Secret; this process only reads it. A Secret that cannot be read, or
// whose key does not fit, is reported and changes nothing: the last good pair goes on serving.
// Thread-safe.
//
//   SecretSource source(log);
//   informer.AddEventHandler([&](const auto& change, bool) { source.Take(change.after); });
#pragma once

#include <memory>

#include "api/core/secret_types.h"
#include "common/mutex.h"
#include "observability/log.h"
#include "tls/certificate_source.h"

namespace keysteward::webhook {

class SecretSource final : public tls::CertificateSource {
 public:
  explicit SecretSource(Logger& log) : log_(log) {}

  // Null: the Secret is gone; the last pair stays.
  void Take(const std::shared_ptr<const api::core::Secret>& secret);

  std::shared_ptr<const tls::ServingPair> Current() const override;

 private:
  Logger& log_;
  mutable Mutex mutex_;
  std::shared_ptr<const tls::ServingPair> current_ GUARDED_BY(mutex_);
};

// Entries tls.crt and tls.key. kInvalidArgument names the entry; nothing is quoted.
Result<tls::ServingPair> ReadServingPair(const api::core::Secret& secret);

}  // namespace keysteward::webhook
