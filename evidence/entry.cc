#include "evidence/entry.h"

#include <nlohmann/json.hpp>

#include "common/digest.h"
#include "common/duration.h"
#include "common/json.h"

namespace keysteward::evidence {

using nlohmann::json;

namespace {

constexpr const char* kDomain = "keysteward.dev/evidence/v1";
constexpr const char* kCheckpointDomain = "keysteward.dev/evidence-checkpoint/v1";

// Fractions print differently in different libraries, so a canonical text has none. No recursion on
// depth: ParseJson has bounded it.
bool HasFraction(const json& value) {
  if (value.is_number_float()) return true;
  if (!value.is_structured()) return false;
  return std::any_of(value.begin(), value.end(), HasFraction);
}

}  // namespace

Result<std::string> HashOf(const api::v1alpha1::EvidenceEntry& entry,
                           const std::string& rotation_uid) {
  KS_ASSIGN_OR_RETURN(json data, ParseJson(entry.data));
  if (!data.is_object() || HasFraction(data)) {
    return Error::InvalidArgument("data must be a JSON object without fractions");
  }
  const json canonical = {{"at", entry.at ? FormatTime(*entry.at) : ""},
                          {"data", std::move(data)},
                          {"previous", entry.previous},
                          {"rotation", rotation_uid},
                          {"seq", entry.seq},
                          {"type", entry.type}};
  return "sha256:" + Sha256Hex(DumpJson(canonical));
}

std::string SigningInput(const Scope& scope, int64_t seq, const std::string& hash) {
  return DumpJson(json::array(
      {kDomain, scope.installation, scope.credential_uid, scope.rotation_uid, seq, hash}));
}

std::string CheckpointInput(const Scope& scope,
                            const api::v1alpha1::EvidenceCheckpoint& checkpoint) {
  return DumpJson(
      json::array({kCheckpointDomain, scope.installation, scope.credential_uid, checkpoint.rotation,
                   checkpoint.first, checkpoint.last, checkpoint.head}));
}

}  // namespace keysteward::evidence
