// ManagedCredentialStatus: what the operator found and did; nobody else writes it.
//
// lastGeneration and revision never fall: the API server refuses a lower value.
//
//   if (credential.status.current) Use(credential.status.current->key_id);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/meta/object_meta.h"
#include "api/v1alpha1/evidence_types.h"
#include "api/v1alpha1/managed_credential_enums.h"
#include "common/clock.h"

namespace keysteward::api::v1alpha1 {

// The delivered key. Ids are public; `digest` is a keyed hash, never the value.
struct CurrentKey {
  int64_t generation = 0;  // from 1
  int64_t revision = 0;    // first delivery that held this key
  std::string key_id;
  std::string digest;                  // 16 hex digits
  std::optional<WallTime> issued_at;   // absent when the provider does not say
  std::optional<WallTime> expires_at;  // absent: unknown
  std::string rotation;                // name of the CredentialRotation that delivered it

  friend bool operator==(const CurrentKey&, const CurrentKey&) = default;
};

// The key delivered before `current`.
struct PreviousKeyStatus {
  int64_t generation = 0;
  int64_t revision = 0;  // first delivery that held this key
  std::string key_id;
  std::string digest;
  PreviousState state = PreviousState::kLive;

  friend bool operator==(const PreviousKeyStatus&, const PreviousKeyStatus&) = default;
};

// The delivered Secret holds, or held, something else than the current key. Stands until it was
// repaired and no pod is left that started meanwhile.
struct SecretDrift {
  std::optional<WallTime> since;        // not before that; absent: nobody watched when it began
  int64_t revision = 0;                 // delivery that makes pods restart; 0: none has to
  std::optional<WallTime> restored_at;  // absent: the repair is still to be made

  friend bool operator==(const SecretDrift&, const SecretDrift&) = default;
};

struct WaitingConsumer {
  std::string kind;
  std::string name;
  std::string reason;  // docs/conditions.md

  friend bool operator==(const WaitingConsumer&, const WaitingConsumer&) = default;
};

struct ConsumerCounts {
  int64_t total = 0;
  int64_t current = 0;                   // on the current key
  std::vector<WaitingConsumer> waiting;  // the first 10

  // "3/5"; written as status.consumers.summary.
  std::string Summary() const;
  friend bool operator==(const ConsumerCounts&, const ConsumerCounts&) = default;
};

struct EvidenceSummary {
  std::string head;     // hash of the newest entry
  int64_t entries = 0;  // ever appended
  std::optional<EvidenceCheckpoint> checkpoint;

  friend bool operator==(const EvidenceSummary&, const EvidenceSummary&) = default;
};

// Rotations that failed in a row; reset by a success.
struct FailureCount {
  int64_t count = 0;
  std::optional<WallTime> last_time;
  std::string reason;

  friend bool operator==(const FailureCount&, const FailureCount&) = default;
};

struct ManagedCredentialStatus {
  int64_t observed_generation = -1;  // -1 before the first look
  int64_t last_generation = 0;       // provider keys ever asked for
  int64_t revision = 0;              // deliveries ever made
  int64_t settled_revision = 0;      // newest revision every kubelet has seen
  std::optional<CurrentKey> current;
  std::optional<PreviousKeyStatus> previous;
  std::optional<SecretDrift> drift;
  std::string active_rotation;  // name of the running CredentialRotation; empty when none
  std::optional<WallTime> next_rotation_time;
  std::optional<WallTime> expires_at;
  ConsumerCounts consumers;
  EvidenceSummary evidence;
  FailureCount failures;
  std::vector<Condition> conditions;

  friend bool operator==(const ManagedCredentialStatus&, const ManagedCredentialStatus&) = default;
};

}  // namespace keysteward::api::v1alpha1
