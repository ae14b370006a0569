// AdmissionResponse: the answer of a handler, as data, with builders for the four kinds there are.
//
//   return Deny("keysteward.dev", "spec.containers[0].env[2].value: …\n…");
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace keysteward::webhook {

// What the API server passes on to a client.
inline constexpr size_t kMaxWarnings = 5;
inline constexpr size_t kMaxWarningBytes = 256;

struct AdmissionResponse {
  bool allowed = true;
  std::string reason;   // CamelCase, of a denial
  std::string message;  // of a denial, at most 3 lines
  std::vector<std::string> warnings;
  std::map<std::string, std::string> audit_annotations;
  std::string patch;  // JSON Patch text; empty: none
};

AdmissionResponse Allow();
AdmissionResponse Deny(std::string reason, std::string message);
// `operations`: a JSON array; an empty one changes nothing.
AdmissionResponse Mutate(const nlohmann::json& operations);

// The AdmissionReview v1 that carries it. Warnings are cut to what clients are shown.
std::string FormatReview(const std::string& uid, const AdmissionResponse& response);

}  // namespace keysteward::webhook
