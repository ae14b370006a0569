// KindsHandler: /validate/kinds: our own kinds beyond their schema, and who may do what to them.
//
// Refused: what api/v1alpha1 validation finds; a Secret name that another credential owns;
// parameters that the issuer does not declare; a requester that is not the caller; emergencies
// without the verb; edits of a status of ours or of a managed Secret by anyone but the operator and
// the controllers of garbage and namespaces; a change of a namespace's mode without the verb. An
// update that leaves spec as it was passes.
#pragma once

#include <string>

#include "common/clock.h"
#include "kube/client/client.h"
#include "webhook/admission/handler.h"
#include "webhook/handlers/cluster_view.h"

namespace keysteward::webhook {

class KindsHandler final : public AdmissionHandler {
 public:
  KindsHandler(const ClusterView& view, kube::Client& client, const Clock& clock,
               std::string operator_user)
      : view_(view), client_(client), clock_(clock), operator_user_(std::move(operator_user)) {}

  Result<AdmissionResponse> Handle(const AdmissionRequest& request) override;
  // For access reviews.
  bool MayWait() const override { return true; }

 private:
  Result<AdmissionResponse> HandleCredential(const AdmissionRequest& request);
  Result<AdmissionResponse> HandleRotation(const AdmissionRequest& request);
  Result<AdmissionResponse> HandleException(const AdmissionRequest& request);
  Result<AdmissionResponse> HandleNamespace(const AdmissionRequest& request);
  bool IsTrusted(const std::string& user) const;

  const ClusterView& view_;
  kube::Client& client_;
  const Clock& clock_;
  const std::string operator_user_;
};

}  // namespace keysteward::webhook
