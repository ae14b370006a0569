// ManifestsHandler: /validate/manifests: literal credentials and ownerless Secrets in what people
// submit.
//
// The verdict is policy::Judge's, the same as of the scan; injection that was asked for and did not
// happen is refused too, since pods would start without their key. Of subresources only
// pods/ephemeralcontainers is judged.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "common/clock.h"
#include "observability/metrics.h"
#include "policy/engine_source.h"
#include "webhook/admission/handler.h"
#include "webhook/handlers/cluster_view.h"
#include "webhook/handlers/live_keys.h"

namespace keysteward::webhook {

class ManifestsHandler final : public AdmissionHandler {
 public:
  // `refused` is told the namespace of every refusal but those of dry runs; it must not wait.
  ManifestsHandler(const policy::EngineSource& engines, const LiveKeys& live_keys,
                   const ClusterView& view, const Clock& clock, Metrics& metrics,
                   std::function<void(const std::string&)> refused)
      : engines_(engines),
        live_keys_(live_keys),
        view_(view),
        secrets_(view),
        clock_(clock),
        metrics_(metrics),
        refused_(std::move(refused)) {}

  Result<AdmissionResponse> Handle(const AdmissionRequest& request) override;

 private:
  // Why the pod of the request must not start; empty: it may.
  std::string MissingInjection(const AdmissionRequest& request) const;

  const policy::EngineSource& engines_;
  const LiveKeys& live_keys_;
  const ClusterView& view_;
  const CachedSecrets secrets_;
  const Clock& clock_;
  Metrics& metrics_;
  const std::function<void(const std::string&)> refused_;
};

}  // namespace keysteward::webhook
