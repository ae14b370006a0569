// Chain: appends signed entries, one behind the other, over all rotations of a credential.
//
//   KS_ASSIGN_OR_RETURN(EvidenceEntry entry, NextEntry(signer, scope, head, "KeyIssued", data,
//   now)); rotation.status.evidence.push_back(entry);
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/v1alpha1/evidence_types.h"
#include "common/clock.h"
#include "evidence/entry.h"
#include "evidence/signer.h"

namespace keysteward::evidence {

// Where a chain stands: the hash and sequence number of its newest entry; "" and 0 when empty.
struct Head {
  std::string hash;
  int64_t seq = 0;
};

// The next entry behind `head`: stamped, hashed and signed. `data` must hold no secret material.
Result<api::v1alpha1::EvidenceEntry> NextEntry(const Signer& signer, const Scope& scope,
                                               const Head& head, std::string type,
                                               const nlohmann::json& data, WallTime now);

// A signed anchor for entries first … head.seq of the rotation named `rotation`.
Result<api::v1alpha1::EvidenceCheckpoint> Checkpoint(const Signer& signer, const Scope& scope,
                                                     const std::string& rotation, int64_t first,
                                                     const Head& head);

}  // namespace keysteward::evidence
