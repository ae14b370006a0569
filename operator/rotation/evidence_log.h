// EvidenceLog: signed entries of a running rotation, appended to its status.
//
// The chain runs across rotations: the first entry of a rotation points at the head its
// credential's status names.
#pragma once

#include <vector>

#include "operator/rotation/steps/step_context.h"

namespace keysteward::op {

// The note every rotation begins with: who asked for which generation, and why.
EvidenceNote StartOf(const api::v1alpha1::ManagedCredential& credential,
                     const api::v1alpha1::CredentialRotation& rotation);

// Appends one entry per note. What is noted of a rotation that could not even begin stands behind
// its start, as a verifier demands. Fails only when signing does; then nothing was appended.
Result<void> AppendEvidence(const Environment& env,
                            const api::v1alpha1::ManagedCredential& credential,
                            api::v1alpha1::CredentialRotation& rotation,
                            const std::vector<EvidenceNote>& notes);

// The credential's new chain head with a signed checkpoint over the finished rotation.
Result<api::v1alpha1::EvidenceSummary> SealEvidence(
    const Environment& env, const api::v1alpha1::ManagedCredential& credential,
    const api::v1alpha1::CredentialRotation& rotation);

}  // namespace keysteward::op
