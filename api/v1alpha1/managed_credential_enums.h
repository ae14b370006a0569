// The enumerations of ManagedCredential, each beside its spelling in YAML.
//
//   EnumName(Revocation::kDisableThenDelete) == "DisableThenDelete"
#pragma once

#include "api/v1alpha1/enum_names.h"

namespace keysteward::api::v1alpha1 {

// What the key may do at its provider.
enum class Privilege { kRead, kWrite, kAdmin };
template <>
struct EnumNames<Privilege> {
  static constexpr std::string_view kNames[] = {"Read", "Write", "Admin"};
};

// How bad an outage of its consumers is.
enum class Criticality { kLow, kMedium, kHigh, kCritical };
template <>
struct EnumNames<Criticality> {
  static constexpr std::string_view kNames[] = {"Low", "Medium", "High", "Critical"};
};

// Who reaches the system behind the key.
enum class Exposure { kInternal, kPartner, kPublic };
template <>
struct EnumNames<Exposure> {
  static constexpr std::string_view kNames[] = {"Internal", "Partner", "Public"};
};

// Whether the right to a static key has an end.
enum class StandingType { kTransitional, kPermanent };
template <>
struct EnumNames<StandingType> {
  static constexpr std::string_view kNames[] = {"Transitional", "Permanent"};
};

// What could replace the static key.
enum class ReplaceableBy { kNone, kOAuth, kWorkloadIdentity };
template <>
struct EnumNames<ReplaceableBy> {
  static constexpr std::string_view kNames[] = {"None", "OAuth", "WorkloadIdentity"};
};

enum class IssuerKind { kCredentialIssuer, kClusterCredentialIssuer };
template <>
struct EnumNames<IssuerKind> {
  static constexpr std::string_view kNames[] = {"CredentialIssuer", "ClusterCredentialIssuer"};
};

// Whether the old key stays in the Secret during the overlap.
enum class PreviousKey { kOmit };
template <>
struct EnumNames<PreviousKey> {
  static constexpr std::string_view kNames[] = {"Omit"};
};

// What a rotation that fails before the point of no return does.
enum class OnFailure { kRollBack, kHold };
template <>
struct EnumNames<OnFailure> {
  static constexpr std::string_view kNames[] = {"RollBack", "Hold"};
};

// How pods get a new key: Rolling changes an annotation of the pod template.
enum class RestartMode { kRolling };
template <>
struct EnumNames<RestartMode> {
  static constexpr std::string_view kNames[] = {"Rolling"};
};

// Who calls the provider to try a key.
enum class VerifyFrom { kOperator };
template <>
struct EnumNames<VerifyFrom> {
  static constexpr std::string_view kNames[] = {"Operator"};
};

// How an old key ends.
enum class Revocation { kDisableThenDelete, kDelete, kNone };
template <>
struct EnumNames<Revocation> {
  static constexpr std::string_view kNames[] = {"DisableThenDelete", "Delete", "None"};
};

// What deleting the ManagedCredential does to its key.
enum class DeletionPolicy { kRevoke, kRetain };
template <>
struct EnumNames<DeletionPolicy> {
  static constexpr std::string_view kNames[] = {"Revoke", "Retain"};
};

// State of the previous key at its provider. Retired: nobody has a record of it to end (an issuer
// that cannot revoke), and no pod holds it.
enum class PreviousState { kLive, kDisabled, kRevoked, kUnrevoked, kKept, kRetired };
template <>
struct EnumNames<PreviousState> {
  static constexpr std::string_view kNames[] = {"Live",      "Disabled", "Revoked",
                                                "Unrevoked", "Kept",     "Retired"};
};

// Whether somebody could still use the key.
constexpr bool MayLive(PreviousState state) {
  return state != PreviousState::kRevoked && state != PreviousState::kRetired;
}

}  // namespace keysteward::api::v1alpha1
