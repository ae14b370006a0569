// Journal: the steps of a rotation as they stand in its status, and the one way to write them.
//
// An entry's startedAt is the recorded intent; it is persisted before the effect. Pure functions
// over the status; rotation_driver persists it.
//
//   BeginStep(rotation.status, Step::kDeliver, now);
//   CompleteStep(rotation.status, Step::kDeliver, "revision 12", now);
#pragma once

#include <string>

#include "api/v1alpha1/credential_rotation_types.h"
#include "operator/rotation/step.h"

namespace keysteward::op {

// Version of the journal this operator writes and understands.
inline constexpr int64_t kJournalVersion = 1;

// Proof of step Prove: the provider refused the condemned key. Anything else proves nothing.
inline constexpr const char* kRefusedProof = "refused";

// `outlook` is what people read while the step runs; CompleteStep writes its message over it.
void BeginStep(api::v1alpha1::CredentialRotationStatus& status, Step step, WallTime now,
               const std::string& outlook = "");
// Precondition of all that follow: the step was begun.
void CompleteStep(api::v1alpha1::CredentialRotationStatus& status, Step step,
                  const std::string& message, WallTime now);
api::v1alpha1::RotationStep& JournalEntry(api::v1alpha1::CredentialRotationStatus& status,
                                          Step step);
// Takes back the completion of Disable and what followed: the old key was switched on again.
void ReopenDisable(api::v1alpha1::CredentialRotationStatus& status);
bool StepBegun(const api::v1alpha1::CredentialRotationStatus& status, Step step);
// Whether the rotation is about to write the delivered Secret, or has and has not settled it.
bool WritesSecret(const api::v1alpha1::CredentialRotationStatus& status);

// The key this rotation ends: the old one, or the new one once it rolls back. Generation 0: none.
struct CondemnedKey {
  std::string id;  // empty when the provider's answer was never read
  int64_t generation = 0;
};
CondemnedKey CondemnedBy(const api::v1alpha1::CredentialRotationStatus& status);

}  // namespace keysteward::op
