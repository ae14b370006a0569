// EvidenceLog: signed entries of a running rotation, appended to its status.
//
// The chain runs across rotations: the first entry of a rotation points at the head its
// credential's status names.
#pragma once

#include <vector>

#include "operator/rotation/steps/step_context.h"

namespace keysteward::op {

// Appends one entry per note. Fails only when signing does; then nothing was appended.
Result<void> AppendEvidence(const Environment& env,
                            const api::v1alpha1::ManagedCredential& credential,
                            api::v1alpha1::CredentialRotation& rotation,
                            const std::vector<EvidenceNote>& notes);

// The credential's new chain head with a signed checkpoint over the finished rotation.
Result<api::v1alpha1::EvidenceSummary> SealEvidence(
    const Environment& env, const api::v1alpha1::ManagedCredential& credential,
    const api::v1alpha1::CredentialRotation& rotation);

}  // namespace keysteward::op
