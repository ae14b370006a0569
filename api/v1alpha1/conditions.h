// Condition types and reasons of our kinds: the only place where these words are spelled.
//
// Types say True when things are as wished, but for Reconciling, Stalled, Rotating, Failed and
// Blocked. docs/conditions.md lists every constant; a test compares the two.
//
//   SetCondition(status.conditions, {std::string(condition::kReady), "False",
//                std::string(reason::kKeyRefused), "…"}, clock.WallNow());
#pragma once

#include <string_view>

namespace keysteward::api::v1alpha1 {

namespace condition {
// All kinds.
inline constexpr std::string_view kReady = "Ready";
inline constexpr std::string_view kReconciling = "Reconciling";  // kstatus: spec not yet observed
inline constexpr std::string_view kStalled = "Stalled";  // kstatus: no way forward without a person
// ManagedCredential.
inline constexpr std::string_view kDelivered = "Delivered";
inline constexpr std::string_view kConsumersCurrent = "ConsumersCurrent";
inline constexpr std::string_view kRotating = "Rotating";  // absent when no rotation runs
inline constexpr std::string_view kRotationSucceeded = "RotationSucceeded";
inline constexpr std::string_view kPreviousRevoked = "PreviousRevoked";
inline constexpr std::string_view kCompliant = "Compliant";
// CredentialRotation and CredentialRevocation.
inline constexpr std::string_view kComplete = "Complete";  // True at every end
inline constexpr std::string_view kFailed = "Failed";      // True too unless Proven or Completed
inline constexpr std::string_view kBlocked = "Blocked";    // reason from the closed list
// CredentialPolicy.
inline constexpr std::string_view kRegistered = "Registered";  // absent without customResources
inline constexpr std::string_view kReported = "Reported";      // absent without background report
}  // namespace condition

namespace reason {
// ManagedCredential: Ready, Delivered, Reconciling, Stalled.
inline constexpr std::string_view kKeyDelivered = "KeyDelivered";
inline constexpr std::string_view kKeyRefused = "KeyRefused";
inline constexpr std::string_view kKeyExpired = "KeyExpired";
inline constexpr std::string_view kFirstKeyPending = "FirstKeyPending";
inline constexpr std::string_view kSecretConflict = "SecretConflict";
inline constexpr std::string_view kSecretDrifted = "SecretDrifted";
inline constexpr std::string_view kNewGeneration = "NewGeneration";
inline constexpr std::string_view kObserved = "Observed";
inline constexpr std::string_view kIssuerNotFound = "IssuerNotFound";
inline constexpr std::string_view kIssuerNotReady = "IssuerNotReady";
inline constexpr std::string_view kNamespaceNotAllowed = "NamespaceNotAllowed";
inline constexpr std::string_view kInvalidParameters = "InvalidParameters";
inline constexpr std::string_view kInvalidSpec = "InvalidSpec";
inline constexpr std::string_view kTooManyCredentials = "TooManyCredentials";
inline constexpr std::string_view kProviderUnreachable = "ProviderUnreachable";
inline constexpr std::string_view kProviderRefused = "ProviderRefused";
inline constexpr std::string_view kSuspended = "Suspended";
inline constexpr std::string_view kEmergencyDisabled = "EmergencyDisabled";
inline constexpr std::string_view kDeleting = "Deleting";
// ConsumersCurrent, and a waiting consumer.
inline constexpr std::string_view kAllCurrent = "AllCurrent";
inline constexpr std::string_view kNoConsumers = "NoConsumers";
inline constexpr std::string_view kRolloutInProgress = "RolloutInProgress";
inline constexpr std::string_view kWaitingForRestart = "WaitingForRestart";
// PreviousRevoked.
inline constexpr std::string_view kNoPrevious = "NoPrevious";
inline constexpr std::string_view kRevoked = "Revoked";
inline constexpr std::string_view kUnrevoked = "Unrevoked";
inline constexpr std::string_view kKept = "Kept";
inline constexpr std::string_view kNothingToRevoke = "NothingToRevoke";
inline constexpr std::string_view kOverlapRunning = "OverlapRunning";
inline constexpr std::string_view kQuietRunning = "QuietRunning";
// Compliant.
inline constexpr std::string_view kPolicySatisfied = "PolicySatisfied";
inline constexpr std::string_view kStandingMissing = "StandingMissing";
inline constexpr std::string_view kStandingExpired = "StandingExpired";
inline constexpr std::string_view kApprovalMissing = "ApprovalMissing";
inline constexpr std::string_view kLifetimeTooLong = "LifetimeTooLong";
// Complete of a rotation: Running or Queued, then its result.
inline constexpr std::string_view kRunning = "Running";
inline constexpr std::string_view kQueued = "Queued";
inline constexpr std::string_view kProven = "Proven";
inline constexpr std::string_view kCompleted = "Completed";
inline constexpr std::string_view kRolledBack = "RolledBack";
inline constexpr std::string_view kFailed = "Failed";
inline constexpr std::string_view kSuperseded = "Superseded";
inline constexpr std::string_view kCredentialNotFound = "CredentialNotFound";
inline constexpr std::string_view kQueueFull = "QueueFull";
// Failed of a rotation, beside its result.
inline constexpr std::string_view kProbeRefused = "ProbeRefused";
inline constexpr std::string_view kRolloutFailed = "RolloutFailed";
inline constexpr std::string_view kVerificationFailed = "VerificationFailed";
inline constexpr std::string_view kIssueFailed = "IssueFailed";
// Blocked: a closed list.
inline constexpr std::string_view kRolloutPaused = "RolloutPaused";
inline constexpr std::string_view kRolloutStuck = "RolloutStuck";
inline constexpr std::string_view kImagePullFailed = "ImagePullFailed";
inline constexpr std::string_view kCrashLooping = "CrashLooping";
inline constexpr std::string_view kUnschedulable = "Unschedulable";
inline constexpr std::string_view kPodTerminating = "PodTerminating";
inline constexpr std::string_view kNodeLost = "NodeLost";
inline constexpr std::string_view kOnDeleteStrategy = "OnDeleteStrategy";
inline constexpr std::string_view kBudgetExhausted = "BudgetExhausted";
inline constexpr std::string_view kTooManyRestarts = "TooManyRestarts";
inline constexpr std::string_view kBarePod = "BarePod";
inline constexpr std::string_view kJobRunning = "JobRunning";
inline constexpr std::string_view kUnhealthyBefore = "UnhealthyBefore";
inline constexpr std::string_view kExternalHolder = "ExternalHolder";
inline constexpr std::string_view kSubPathMount = "SubPathMount";
inline constexpr std::string_view kConsumerOnImportedSecret = "ConsumerOnImportedSecret";
inline constexpr std::string_view kInUse = "InUse";
inline constexpr std::string_view kProviderRefuses = "ProviderRefuses";
inline constexpr std::string_view kProviderUnavailable = "ProviderUnavailable";
inline constexpr std::string_view kStagedKeyLost = "StagedKeyLost";
inline constexpr std::string_view kTooManyKeys = "TooManyKeys";
inline constexpr std::string_view kNewerJournal = "NewerJournal";
// Issuers: Ready.
inline constexpr std::string_view kAdminAccepted = "AdminAccepted";
inline constexpr std::string_view kAdminRefused = "AdminRefused";
inline constexpr std::string_view kAdminSecretMissing = "AdminSecretMissing";
inline constexpr std::string_view kAdminSecretKeyMissing = "AdminSecretKeyMissing";
inline constexpr std::string_view kAdminSecretNotLabelled = "AdminSecretNotLabelled";
inline constexpr std::string_view kHostNotAllowed = "HostNotAllowed";
inline constexpr std::string_view kAddressRefused = "AddressRefused";
inline constexpr std::string_view kNoLookup = "NoLookup";
inline constexpr std::string_view kSelfContained = "SelfContained";
// CredentialRevocation: Complete is Pending, Unrevoked or Revoked.
inline constexpr std::string_view kPending = "Pending";
// CredentialPolicy and CredentialException: Ready.
inline constexpr std::string_view kInForce = "InForce";
inline constexpr std::string_view kUnknownRule = "UnknownRule";
inline constexpr std::string_view kRulesRefused = "RulesRefused";
// CredentialPolicy: Registered, Reported.
inline constexpr std::string_view kAllRegistered = "AllRegistered";
inline constexpr std::string_view kNotRegistered = "NotRegistered";
inline constexpr std::string_view kReportWritten = "ReportWritten";
inline constexpr std::string_view kNoReportKind = "NoReportKind";
inline constexpr std::string_view kExpired = "Expired";
}  // namespace reason

// The closed list: every reason that condition Blocked of a rotation may have.
inline constexpr std::string_view kBlockedReasons[] = {reason::kRolloutPaused,
                                                       reason::kRolloutStuck,
                                                       reason::kImagePullFailed,
                                                       reason::kCrashLooping,
                                                       reason::kUnschedulable,
                                                       reason::kPodTerminating,
                                                       reason::kNodeLost,
                                                       reason::kOnDeleteStrategy,
                                                       reason::kBudgetExhausted,
                                                       reason::kTooManyRestarts,
                                                       reason::kBarePod,
                                                       reason::kJobRunning,
                                                       reason::kUnhealthyBefore,
                                                       reason::kExternalHolder,
                                                       reason::kSubPathMount,
                                                       reason::kConsumerOnImportedSecret,
                                                       reason::kInUse,
                                                       reason::kProviderRefuses,
                                                       reason::kProviderUnavailable,
                                                       reason::kStagedKeyLost,
                                                       reason::kTooManyKeys,
                                                       reason::kNewerJournal,
                                                       reason::kInvalidParameters,
                                                       reason::kIssuerNotReady,
                                                       reason::kEmergencyDisabled};

}  // namespace keysteward::api::v1alpha1
