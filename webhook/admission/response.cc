#include "webhook/admission/response.h"

#include <nlohmann/json.hpp>

#include "common/base64.h"
#include "common/json.h"
#include "common/strings.h"

namespace keysteward::webhook {

using nlohmann::json;

AdmissionResponse Allow() { return {}; }

AdmissionResponse Deny(std::string reason, std::string message) {
  return {.allowed = false, .reason = std::move(reason), .message = std::move(message)};
}

AdmissionResponse Mutate(const json& operations) {
  AdmissionResponse response;
  if (!operations.empty()) response.patch = DumpJson(operations);
  return response;
}

std::string FormatReview(const std::string& uid, const AdmissionResponse& response) {
  json answer = {{"uid", uid}, {"allowed", response.allowed}};
  if (!response.allowed) {
    answer["status"] = {{"code", 403}, {"reason", response.reason}, {"message", response.message}};
  }
  for (const std::string& warning : response.warnings) {
    if (answer["warnings"].size() == kMaxWarnings) break;
    answer["warnings"].push_back(Printable(warning, kMaxWarningBytes - 3));
  }
  if (!response.audit_annotations.empty()) answer["auditAnnotations"] = response.audit_annotations;
  if (!response.patch.empty()) {
    answer["patchType"] = "JSONPatch";
    answer["patch"] = Base64Encode(response.patch);
  }
  return DumpJson({{"apiVersion", "admission.k8s.io/v1"},
                   {"kind", "AdmissionReview"},
                   {"response", std::move(answer)}});
}

}  // namespace keysteward::webhook
