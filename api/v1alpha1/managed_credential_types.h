// ManagedCredential: one key a workload uses. The schema users meet is
// crds/managedcredentials.yaml; docs/kinds/managedcredential.md explains every field.
//
// Members start with the documented defaults, so a decoded object holds the effective settings.
// std::optional = absence means something of its own.
//
//   KS_ASSIGN_OR_RETURN(ManagedCredential credential, Decode<ManagedCredential>(json));
//   const Duration overlap = credential.spec.rotation.overlap;       // 10min unless set
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "api/v1alpha1/managed_credential_status_types.h"

namespace keysteward::api::v1alpha1 {

// Longest name: a rotation is named after it, "-" and up to ten digits of generation.
inline constexpr size_t kMaxNameLength = 52;

// Who answers for the key; both members required.
struct Owner {
  std::string team;     // e.g. "payments"; label value syntax, at most 63 characters
  std::string contact;  // address or channel, 3–254 characters

  friend bool operator==(const Owner&, const Owner&) = default;
};

struct Classification {
  Privilege privilege = Privilege::kWrite;
  Criticality criticality = Criticality::kMedium;  // kHigh and above: one consumer restarts first
  Exposure exposure = Exposure::kInternal;

  friend bool operator==(const Classification&, const Classification&) = default;
};

// Why a static key may exist. approvedBy is a claim of whoever wrote it.
struct Standing {
  StandingType type = StandingType::kTransitional;
  std::string justification;      // 10–512 characters
  std::string approved_by;        // never the owner's contact
  std::optional<WallTime> until;  // present exactly when kTransitional
  ReplaceableBy replaceable_by = ReplaceableBy::kNone;

  friend bool operator==(const Standing&, const Standing&) = default;
};

struct IssuerRef {
  IssuerKind kind = IssuerKind::kCredentialIssuer;
  std::string name;

  friend bool operator==(const IssuerRef&, const IssuerRef&) = default;
};

struct DeliveryEntry {
  std::string name;   // key of the Secret
  std::string value;  // text with ${key}, ${keyId}, ${expiresAt}, ${param.NAME}

  friend bool operator==(const DeliveryEntry&, const DeliveryEntry&) = default;
};

struct Delivery {
  std::string secret_name;             // immutable; of type Opaque, in the same namespace
  std::vector<DeliveryEntry> entries;  // empty: see EffectiveEntries()
  PreviousKey previous = PreviousKey::kOmit;

  // `entries`, or the one entry {key: ${key}} when none are given.
  std::vector<DeliveryEntry> EffectiveEntries() const;
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

struct RotationPolicy {
  std::optional<Duration> interval;       // absent: rotate only before expiry
  std::optional<Duration> rotate_before;  // absent: a third of the lifetime
  Duration overlap = std::chrono::minutes(10);
  Duration quiet = std::chrono::minutes(10);
  Duration rollout_timeout = std::chrono::minutes(15);
  OnFailure on_failure = OnFailure::kRollBack;
  bool suspend = false;  // stops before the next effect; a leak ignores it

  friend bool operator==(const RotationPolicy&, const RotationPolicy&) = default;
};

struct WorkloadRef {
  std::string api_version;  // "apps/v1"
  std::string kind;         // Deployment, StatefulSet or DaemonSet
  std::string name;

  friend bool operator==(const WorkloadRef&, const WorkloadRef&) = default;
};

struct ConsumerPolicy {
  RestartMode restart = RestartMode::kRolling;
  int64_t max_concurrent = 5;        // workloads restarting at once for this credential
  std::vector<WorkloadRef> include;  // users of the key that no reference shows

  friend bool operator==(const ConsumerPolicy&, const ConsumerPolicy&) = default;
};

struct Verification {
  VerifyFrom from = VerifyFrom::kOperator;
  Duration timeout = std::chrono::minutes(2);  // how long a new key may take to be accepted
  Duration interval = std::chrono::hours(1);   // between tries of the delivered key

  friend bool operator==(const Verification&, const Verification&) = default;
};

struct ManagedCredentialSpec {
  Owner owner;
  std::string purpose;  // 10–256 characters
  Classification classification;
  std::optional<Standing> standing;  // absent for a static issuer: Compliant is False
  IssuerRef issuer_ref;              // immutable
  std::map<std::string, std::string> parameters;
  Duration lifetime{};  // required; a key ends at issuedAt + lifetime or sooner
  Delivery delivery;
  RotationPolicy rotation;
  ConsumerPolicy consumers;
  Verification verification;
  Revocation revocation = Revocation::kDisableThenDelete;
  DeletionPolicy deletion_policy = DeletionPolicy::kRevoke;

  // rotation.rotate_before, or a third of the lifetime.
  Duration RotateBefore() const;
  friend bool operator==(const ManagedCredentialSpec&, const ManagedCredentialSpec&) = default;
};

struct ManagedCredential {
  ObjectMeta metadata;
  ManagedCredentialSpec spec;
  ManagedCredentialStatus status;
};

// Unknown fields are ignored; a wrong type is an error that names the field.
Result<ManagedCredential> FromJson(const nlohmann::json& object,
                                   std::type_identity<ManagedCredential>);
// Writes every setting, defaults included.
nlohmann::json ToJson(const ManagedCredential& credential);
nlohmann::json ToJson(const ManagedCredentialSpec& spec);
// For status patches; fills status.columns.
nlohmann::json ToJson(const ManagedCredentialStatus& status);

}  // namespace keysteward::api::v1alpha1

namespace keysteward::api {

template <>
struct KindOf<v1alpha1::ManagedCredential> {
  static constexpr Resource resource{"keysteward.dev", "v1alpha1", "managedcredentials",
                                     "ManagedCredential"};
};

}  // namespace keysteward::api
