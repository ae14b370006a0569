// The mutating handlers. Each touches only paths of ours and does nothing on its own result.
//
//   /mutate/pods                  injects credentials and stamps the delivery a pod starts with
//   /mutate/workloads             carries our template annotations over a full replace, so that
//                                 `kubectl replace` or a GitOps tool causes no second rollout
//   /mutate/credentialrotations   notes who asked
#pragma once

#include "webhook/admission/handler.h"
#include "webhook/handlers/cluster_view.h"

namespace keysteward::webhook {

class PodsHandler final : public AdmissionHandler {
 public:
  explicit PodsHandler(const ClusterView& view) : view_(view) {}
  Result<AdmissionResponse> Handle(const AdmissionRequest& request) override;

 private:
  const ClusterView& view_;
};

class WorkloadsHandler final : public AdmissionHandler {
 public:
  Result<AdmissionResponse> Handle(const AdmissionRequest& request) override;
};

class RotationsHandler final : public AdmissionHandler {
 public:
  // Requests of the operator itself keep the name it writes.
  explicit RotationsHandler(std::string operator_user) : operator_user_(std::move(operator_user)) {}
  Result<AdmissionResponse> Handle(const AdmissionRequest& request) override;

 private:
  const std::string operator_user_;
};

}  // namespace keysteward::webhook
