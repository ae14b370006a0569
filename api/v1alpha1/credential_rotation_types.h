// CredentialRotation: one attempt to replace a key; the request, its journal and its evidence.
// Creating one is the request to rotate. Schema: crds/credentialrotations.yaml; words:
// docs/kinds/credentialrotation.md.
//
//   KS_ASSIGN_OR_RETURN(CredentialRotation rotation, Decode<CredentialRotation>(json));
//   const RotationStep* issue = rotation.status.FindStep("Issue");      // nullptr: not begun
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "api/v1alpha1/credential_rotation_enums.h"
#include "api/v1alpha1/evidence_types.h"

namespace keysteward::api::v1alpha1 {

// Longest name of a CredentialRotation: a ManagedCredential's 52, "-" and ten digits.
inline constexpr size_t kMaxRotationNameLength = 63;

// The request; immutable.
struct CredentialRotationSpec {
  std::string credential_name;  // spec.credentialRef.name
  Cause cause = Cause::kManual;
  std::optional<Compromised> compromised;  // only with kLeak; absent there: kCurrent
  std::string reason;                      // required for kManual and kLeak, else may be empty
  Urgency urgency = Urgency::kNormal;
  RevokeOrder revoke = RevokeOrder::kAfterConsumers;
  std::string requested_by;  // stamped at admission

  friend bool operator==(const CredentialRotationSpec&, const CredentialRotationSpec&) = default;
};

// One entry of the journal: startedAt is the recorded intent, completedAt the end.
struct RotationStep {
  std::string name;  // open set: a newer operator may know more steps
  std::optional<WallTime> started_at;
  std::optional<WallTime> completed_at;  // absent while it runs
  int64_t attempts = 0;
  std::string proof;    // digest of the reading that permitted the step; may be empty
  std::string message;  // for people; at most 512 characters

  friend bool operator==(const RotationStep&, const RotationStep&) = default;
};

struct NewKey {
  std::string id;
  std::string digest;  // keyed hash, 16 hex digits
  std::optional<WallTime> issued_at;
  std::optional<WallTime> expires_at;

  friend bool operator==(const NewKey&, const NewKey&) = default;
};

struct OldKey {
  std::string id;
  int64_t generation = 0;
  std::string digest;

  friend bool operator==(const OldKey&, const OldKey&) = default;
};

struct ConsumerDetail {
  std::string kind;
  std::string name;
  Gate gate = Gate::kWaiting;
  std::string reason;  // empty when kCurrent

  friend bool operator==(const ConsumerDetail&, const ConsumerDetail&) = default;
};

struct RotationConsumers {
  int64_t total = 0;
  int64_t current = 0;
  std::vector<ConsumerDetail> details;  // at most 100

  friend bool operator==(const RotationConsumers&, const RotationConsumers&) = default;
};

struct CredentialRotationStatus {
  int64_t observed_generation = -1;
  int64_t generation = 0;          // of the new key; 0 until asked for
  int64_t revision = 0;            // first delivery that held the new key; 0 before Deliver
  int64_t schema_version = 0;      // of the journal; 0 until begun
  std::string token;               // idempotency key, stored before the provider sees it
  std::optional<Urgency> urgency;  // in force; absent until begun
  std::vector<RotationStep> steps;
  std::string step;  // for printing only, never read to decide
  std::string took;  // for printing only, written once at the end
  std::optional<NewKey> new_key;
  std::optional<OldKey> old_key;  // absent for the first key
  RotationConsumers consumers;
  std::optional<RotationResult> result;  // absent while it runs
  std::vector<EvidenceEntry> evidence;
  std::vector<Condition> conditions;

  // The journal entry of that step, or nullptr when it was not begun.
  const RotationStep* FindStep(std::string_view name) const;
  friend bool operator==(const CredentialRotationStatus&,
                         const CredentialRotationStatus&) = default;
};

struct CredentialRotation {
  ObjectMeta metadata;
  CredentialRotationSpec spec;
  CredentialRotationStatus status;
};

Result<CredentialRotation> FromJson(const nlohmann::json& object,
                                    std::type_identity<CredentialRotation>);
nlohmann::json ToJson(const CredentialRotation& rotation);
nlohmann::json ToJson(const CredentialRotationSpec& spec);
nlohmann::json ToJson(const CredentialRotationStatus& status);

}  // namespace keysteward::api::v1alpha1

namespace keysteward::api {

template <>
struct KindOf<v1alpha1::CredentialRotation> {
  static constexpr Resource resource{"keysteward.dev", "v1alpha1", "credentialrotations",
                                     "CredentialRotation"};
};

}  // namespace keysteward::api
