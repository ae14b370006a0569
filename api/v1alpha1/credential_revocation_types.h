// CredentialRevocation: the record of a key that outlives its namespace until it is revoked.
// Cluster-scoped, written by the operator alone. docs/kinds/credentialrevocation.md.
//
//   if (revocation.status.state != RevocationState::kRevoked) TryAgain(revocation.spec.key);
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "api/v1alpha1/evidence_types.h"
#include "api/v1alpha1/managed_credential_enums.h"

namespace keysteward::api::v1alpha1 {

// kUnrevoked: tried, and the key lives or its state is unknown.
enum class RevocationState { kPending, kUnrevoked, kRevoked };
template <>
struct EnumNames<RevocationState> {
  static constexpr std::string_view kNames[] = {"Pending", "Unrevoked", "Revoked"};
};

struct RevokedCredential {
  std::string namespace_name;
  std::string name;
  std::string uid;  // part of the provider-side label

  friend bool operator==(const RevokedCredential&, const RevokedCredential&) = default;
};

struct RevokedKey {
  int64_t generation = 0;
  std::string id;      // empty: look it up by label
  std::string digest;  // keyed hash, 16 hex digits; may be empty

  friend bool operator==(const RevokedKey&, const RevokedKey&) = default;
};

struct IssuerSnapshot {
  IssuerKind kind = IssuerKind::kCredentialIssuer;
  std::string namespace_name;  // empty for the cluster kind
  std::string name;
  std::string uid;
  std::string secret_name;  // copy of spec and admin credential, in the operator's namespace

  friend bool operator==(const IssuerSnapshot&, const IssuerSnapshot&) = default;
};

// Immutable.
struct CredentialRevocationSpec {
  RevokedCredential credential;
  RevokedKey key;
  IssuerSnapshot issuer;
  std::string staged_secret_name;  // value and revoke handle, in the operator's namespace
  std::string reason;              // why it was left, e.g. "NamespaceDeleted"

  friend bool operator==(const CredentialRevocationSpec&,
                         const CredentialRevocationSpec&) = default;
};

struct CredentialRevocationStatus {
  int64_t observed_generation = -1;
  RevocationState state = RevocationState::kPending;  // never leaves kRevoked
  int64_t attempts = 0;
  std::optional<WallTime> last_attempt_time;
  std::optional<WallTime> revoked_at;  // when the provider refused the key
  std::string message;
  std::optional<EvidenceCheckpoint> checkpoint;
  std::vector<Condition> conditions;

  friend bool operator==(const CredentialRevocationStatus&,
                         const CredentialRevocationStatus&) = default;
};

struct CredentialRevocation {
  ObjectMeta metadata;
  CredentialRevocationSpec spec;
  CredentialRevocationStatus status;
};

Result<CredentialRevocation> FromJson(const nlohmann::json& object,
                                      std::type_identity<CredentialRevocation>);
nlohmann::json ToJson(const CredentialRevocation& revocation);
nlohmann::json ToJson(const CredentialRevocationSpec& spec);
nlohmann::json ToJson(const CredentialRevocationStatus& status);

}  // namespace keysteward::api::v1alpha1

namespace keysteward::api {

template <>
struct KindOf<v1alpha1::CredentialRevocation> {
  static constexpr Resource resource{"keysteward.dev", "v1alpha1", "credentialrevocations",
                                     "CredentialRevocation", false};
};

}  // namespace keysteward::api
