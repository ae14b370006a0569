// CredentialMetrics: the series of one credential, kept equal to its status and dropped with it.
//
// Thread-safe.
//
//   metrics.Report(credential, clock.WallNow());
//   metrics.Forget(request);
#pragma once

#include <map>

#include "api/v1alpha1/managed_credential_types.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "observability/metrics.h"

namespace keysteward::op {

class CredentialMetrics {
 public:
  explicit CredentialMetrics(Metrics& metrics) : metrics_(metrics) {}

  void Report(const api::v1alpha1::ManagedCredential& credential, WallTime now);
  void Forget(const api::ObjectKey& credential);

 private:
  // keysteward_credential_info carries labels that may change: the former series goes.
  void ReportLabels(const api::v1alpha1::ManagedCredential& credential);
  void SetOrRemove(const MetricSpec& metric, const Labels& labels,
                   const std::optional<WallTime>& time);

  Metrics& metrics_;
  Mutex mutex_;
  std::map<api::ObjectKey, Labels> labels_ GUARDED_BY(mutex_);  // as last reported
};

}  // namespace keysteward::op
