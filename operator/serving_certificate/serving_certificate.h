// ServingCertificate: CA and leaf of the webhook, kept in Secret keysteward-webhook-tls, and the
// caBundle of our two webhook configurations, kept equal to it.
//
// A certificate of a new authority is shown only after clients trust that authority: when the
// Secret is lost or unusable, one look adds the new authority to the bundles beside the old one,
// the next stores the Secret, and the old one leaves the bundles half a minute later.
//
// Only the leader writes. A bundle that was changed is repaired at the next look; a configuration
// that does not exist, and everything else in it, is the business of operator/guard.
//
//   ServingCertificate certificate(client, clock, settings, metrics);
//   KS_RETURN_IF_ERROR(certificate.Keep(call));      // every 5 s
#pragma once

#include <optional>
#include <string>

#include "common/clock.h"
#include "kube/client/client.h"
#include "observability/metrics.h"
#include "tls/self_signed.h"

namespace keysteward::op {

struct ServingCertificateSettings {
  std::string namespace_name;
  std::string service = "keysteward-webhook";
  std::string secret = "keysteward-webhook-tls";
  std::string configuration = "keysteward";  // name of both webhook configurations
};

class ServingCertificate {
 public:
  ServingCertificate(kube::Client& client, const Clock& clock, ServingCertificateSettings settings,
                     Metrics& metrics)
      : client_(client), clock_(clock), settings_(std::move(settings)), metrics_(metrics) {}

  // One look: renews what is due, stores it, repairs the bundles.
  Result<void> Keep(const kube::Call& call);

 private:
  Result<tls::SelfSignedState> Current(const kube::Call& call);
  // A first state, or one instead of a lost one; stored when nobody has to learn to trust it first.
  Result<tls::SelfSignedState> Anew(bool exists, const std::string& version,
                                    const kube::Call& call);
  // PEM of the authorities that clients trust now; empty when there are none.
  Result<std::string> TrustedNow(const kube::Call& call);
  Result<void> Store(const tls::SelfSignedState& state, bool exists, const std::string& version,
                     const kube::Call& call);
  Result<void> RepairBundle(const api::Resource& resource, const std::string& bundle,
                            const kube::Call& call);

  kube::Client& client_;
  const Clock& clock_;
  const ServingCertificateSettings settings_;
  Metrics& metrics_;
  std::optional<tls::SelfSignedState> announced_;  // in the bundles, not stored yet
  std::string outgoing_;                           // PEM, beside our own in the bundles until
  MonoTime outgoing_until_{};
};

}  // namespace keysteward::op
