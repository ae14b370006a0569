// JSON of evidence entries and checkpoints, shared by the kinds that carry them.
//
//   rotation.status.evidence.push_back(ReadEvidenceEntry(item));
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "api/v1alpha1/evidence_types.h"
#include "common/json_fields.h"

namespace keysteward::api::v1alpha1::internal {

EvidenceEntry ReadEvidenceEntry(JsonFields& fields);
EvidenceCheckpoint ReadEvidenceCheckpoint(JsonFields fields);
// Precondition: entry.data is the text of a JSON object; anything else is written as {}.
nlohmann::json WriteEvidenceEntry(const EvidenceEntry& entry);
nlohmann::json WriteEvidenceCheckpoint(const EvidenceCheckpoint& checkpoint);

}  // namespace keysteward::api::v1alpha1::internal
