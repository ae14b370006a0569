// Announce: tells people about a credential through Events, with reasons of a closed list that
// docs/events.md explains. No note holds a key value; repetitions become a series in the recorder.
//
//   Announce(env, credential, {.reason = event::kKeyIssued, .action = "Rotate", .note = "key
//   key_2"});
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operator/consumers/workload.h"
#include "operator/rotation/environment.h"
#include "operator/rotation/steps/step_context.h"

namespace keysteward::op {

namespace event {
inline constexpr const char* kKeyIssued = "KeyIssued";
inline constexpr const char* kDelivered = "Delivered";
inline constexpr const char* kConsumerRestarted = "ConsumerRestarted";  // also on the workload
inline constexpr const char* kOldKeyRevoked = "OldKeyRevoked";
inline constexpr const char* kRotationSucceeded = "RotationSucceeded";
inline constexpr const char* kRotationFailed = "RotationFailed";
inline constexpr const char* kRolledBack = "RolledBack";
inline constexpr const char* kBlocked = "Blocked";
inline constexpr const char* kProviderUnavailable = "ProviderUnavailable";
inline constexpr const char* kKeyRefused = "KeyRefused";
inline constexpr const char* kSecretRestored = "SecretRestored";
}  // namespace event

struct Announcement {
  kube::EventLevel level = kube::EventLevel::kNormal;
  std::string reason;
  std::string action;
  std::string note;
};

void Announce(const Environment& env, const api::v1alpha1::ManagedCredential& credential,
              Announcement announcement);

// The same event on the workload and on the credential.
void AnnounceRestart(const Environment& env, const api::v1alpha1::ManagedCredential& credential,
                     const Workload& workload);

// What a piece of evidence means to people; nothing for those that only matter to the record.
std::optional<Announcement> AnnouncementOf(const EvidenceNote& note);

}  // namespace keysteward::op
