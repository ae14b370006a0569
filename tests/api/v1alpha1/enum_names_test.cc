// Every value of every enum by its written name. The names stand in a list beside the enum, so two
// that change places would compile and read "Hold" as "RollBack".
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "api/v1alpha1/credential_issuer_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"

namespace keysteward::api::v1alpha1 {
namespace {

template <typename E>
void ExpectNames(const std::vector<std::pair<E, std::string>>& names) {
  EXPECT_EQ(names.size(), std::size(EnumNames<E>::kNames));
  for (const auto& [value, name] : names) {
    EXPECT_EQ(EnumName(value), name);
    EXPECT_EQ(ParseEnum<E>(name), value) << name;
    EXPECT_EQ(ParseEnum<E>(name + " "), std::nullopt) << name;
  }
}

TEST(EnumNames, OfAManagedCredential) {
  ExpectNames<Privilege>(
      {{Privilege::kRead, "Read"}, {Privilege::kWrite, "Write"}, {Privilege::kAdmin, "Admin"}});
  ExpectNames<Criticality>({{Criticality::kLow, "Low"},
                            {Criticality::kMedium, "Medium"},
                            {Criticality::kHigh, "High"},
                            {Criticality::kCritical, "Critical"}});
  ExpectNames<Exposure>({{Exposure::kInternal, "Internal"},
                         {Exposure::kPartner, "Partner"},
                         {Exposure::kPublic, "Public"}});
  ExpectNames<StandingType>(
      {{StandingType::kTransitional, "Transitional"}, {StandingType::kPermanent, "Permanent"}});
  ExpectNames<ReplaceableBy>({{ReplaceableBy::kNone, "None"},
                              {ReplaceableBy::kOAuth, "OAuth"},
                              {ReplaceableBy::kWorkloadIdentity, "WorkloadIdentity"}});
  ExpectNames<IssuerKind>({{IssuerKind::kCredentialIssuer, "CredentialIssuer"},
                           {IssuerKind::kClusterCredentialIssuer, "ClusterCredentialIssuer"}});
  ExpectNames<OnFailure>({{OnFailure::kRollBack, "RollBack"}, {OnFailure::kHold, "Hold"}});
  ExpectNames<Revocation>({{Revocation::kDisableThenDelete, "DisableThenDelete"},
                           {Revocation::kDelete, "Delete"},
                           {Revocation::kNone, "None"}});
  ExpectNames<DeletionPolicy>(
      {{DeletionPolicy::kRevoke, "Revoke"}, {DeletionPolicy::kRetain, "Retain"}});
  ExpectNames<PreviousState>({{PreviousState::kLive, "Live"},
                              {PreviousState::kDisabled, "Disabled"},
                              {PreviousState::kRevoked, "Revoked"},
                              {PreviousState::kKept, "Kept"},
                              {PreviousState::kRetired, "Retired"},
                              {PreviousState::kUnrevoked, "Unrevoked"}});
}

TEST(PreviousState, OnlyARevokedOrRetiredKeyIsCertainlyDead) {
  for (const PreviousState state : {PreviousState::kLive, PreviousState::kDisabled,
                                    PreviousState::kUnrevoked, PreviousState::kKept}) {
    EXPECT_TRUE(MayLive(state)) << EnumName(state);
  }
  EXPECT_FALSE(MayLive(PreviousState::kRevoked));
  EXPECT_FALSE(MayLive(PreviousState::kRetired));
}

TEST(EnumNames, OfAnIssuer) {
  ExpectNames<HttpMethod>({{HttpMethod::kGet, "GET"},
                           {HttpMethod::kHead, "HEAD"},
                           {HttpMethod::kPost, "POST"},
                           {HttpMethod::kPut, "PUT"},
                           {HttpMethod::kPatch, "PATCH"},
                           {HttpMethod::kDelete, "DELETE"}});
  ExpectNames<KeyValue>(
      {{KeyValue::kShownOnce, "ShownOnce"}, {KeyValue::kRetrievable, "Retrievable"}});
  ExpectNames<TimeFormat>(
      {{TimeFormat::kRfc3339, "RFC3339"}, {TimeFormat::kUnixSeconds, "UnixSeconds"}});
}

TEST(EnumNames, OfARotation) {
  ExpectNames<Cause>({{Cause::kInitial, "Initial"},
                      {Cause::kSchedule, "Schedule"},
                      {Cause::kExpiry, "Expiry"},
                      {Cause::kManual, "Manual"},
                      {Cause::kLeak, "Leak"},
                      {Cause::kOwnerChange, "OwnerChange"},
                      {Cause::kDecommission, "Decommission"},
                      {Cause::kAbnormalUse, "AbnormalUse"},
                      {Cause::kDrift, "Drift"}});
  ExpectNames<Compromised>({{Compromised::kCurrent, "Current"},
                            {Compromised::kPrevious, "Previous"},
                            {Compromised::kAll, "All"}});
  ExpectNames<Urgency>({{Urgency::kNormal, "Normal"}, {Urgency::kEmergency, "Emergency"}});
  ExpectNames<RevokeOrder>(
      {{RevokeOrder::kAfterConsumers, "AfterConsumers"}, {RevokeOrder::kFirst, "First"}});
  ExpectNames<Gate>(
      {{Gate::kCurrent, "Current"}, {Gate::kWaiting, "Waiting"}, {Gate::kBlocked, "Blocked"}});
  ExpectNames<RotationResult>({{RotationResult::kProven, "Proven"},
                               {RotationResult::kCompleted, "Completed"},
                               {RotationResult::kRolledBack, "RolledBack"},
                               {RotationResult::kFailed, "Failed"},
                               {RotationResult::kSuperseded, "Superseded"}});
}

TEST(EnumNames, OfAdmissionKinds) {
  ExpectNames<PolicyAction>({{PolicyAction::kDeny, "Deny"},
                             {PolicyAction::kWarn, "Warn"},
                             {PolicyAction::kAudit, "Audit"}});
  ExpectNames<EnforceMode>({{EnforceMode::kDeny, "Deny"},
                            {EnforceMode::kWarn, "Warn"},
                            {EnforceMode::kAudit, "Audit"},
                            {EnforceMode::kOff, "Off"}});
  ExpectNames<Confidence>(
      {{Confidence::kLow, "Low"}, {Confidence::kMedium, "Medium"}, {Confidence::kHigh, "High"}});
  ExpectNames<ExistingMode>(
      {{ExistingMode::kReport, "Report"}, {ExistingMode::kEnforce, "Enforce"}});
  ExpectNames<RevocationState>({{RevocationState::kPending, "Pending"},
                                {RevocationState::kUnrevoked, "Unrevoked"},
                                {RevocationState::kRevoked, "Revoked"}});
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
