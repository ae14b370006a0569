// The enumerations of CredentialRotation, each beside its spelling in YAML.
//
//   EnumName(Cause::kLeak) == "Leak"
#pragma once

#include "api/v1alpha1/enum_names.h"

namespace keysteward::api::v1alpha1 {

// Why a key is replaced. People may ask for kManual, kLeak, kOwnerChange and kDecommission.
enum class Cause {
  kInitial,
  kSchedule,
  kExpiry,
  kManual,
  kLeak,
  kOwnerChange,
  kDecommission,
  kAbnormalUse,
  kDrift
};
template <>
struct EnumNames<Cause> {
  static constexpr std::string_view kNames[] = {"Initial",      "Schedule",    "Expiry",
                                                "Manual",       "Leak",        "OwnerChange",
                                                "Decommission", "AbnormalUse", "Drift"};
};

// Which keys leaked.
enum class Compromised { kCurrent, kPrevious, kAll };
template <>
struct EnumNames<Compromised> {
  static constexpr std::string_view kNames[] = {"Current", "Previous", "All"};
};

// kEmergency skips the overlap, never the gates.
enum class Urgency { kNormal, kEmergency };
template <>
struct EnumNames<Urgency> {
  static constexpr std::string_view kNames[] = {"Normal", "Emergency"};
};

// kFirst revokes before consumers move and accepts the outage.
enum class RevokeOrder { kAfterConsumers, kFirst };
template <>
struct EnumNames<RevokeOrder> {
  static constexpr std::string_view kNames[] = {"AfterConsumers", "First"};
};

// Where a consumer stands.
enum class Gate { kCurrent, kWaiting, kBlocked };
template <>
struct EnumNames<Gate> {
  static constexpr std::string_view kNames[] = {"Current", "Waiting", "Blocked"};
};

// How a rotation ended.
enum class RotationResult { kProven, kCompleted, kRolledBack, kFailed, kSuperseded };
template <>
struct EnumNames<RotationResult> {
  static constexpr std::string_view kNames[] = {"Proven", "Completed", "RolledBack", "Failed",
                                                "Superseded"};
};

}  // namespace keysteward::api::v1alpha1
