#include "evidence/chain.h"

#include <nlohmann/json.hpp>

#include "common/json.h"

namespace keysteward::evidence {

using api::v1alpha1::EvidenceCheckpoint;
using api::v1alpha1::EvidenceEntry;

Result<EvidenceEntry> NextEntry(const Signer& signer, const Scope& scope, const Head& head,
                                std::string type, const nlohmann::json& data, WallTime now) {
  EvidenceEntry entry;
  entry.seq = head.seq + 1;
  entry.at = std::chrono::floor<std::chrono::seconds>(now);
  entry.type = std::move(type);
  entry.data = DumpJson(data);
  entry.previous = head.hash;
  entry.key_id = signer.key_id();
  KS_ASSIGN_OR_RETURN(entry.hash, HashOf(entry, scope.rotation_uid));
  KS_ASSIGN_OR_RETURN(entry.signature, signer.Sign(SigningInput(scope, entry.seq, entry.hash)));
  return entry;
}

Result<EvidenceCheckpoint> Checkpoint(const Signer& signer, const Scope& scope,
                                      const std::string& rotation, int64_t first,
                                      const Head& head) {
  EvidenceCheckpoint checkpoint;
  checkpoint.rotation = rotation;
  checkpoint.first = first;
  checkpoint.last = head.seq;
  checkpoint.head = head.hash;
  checkpoint.key_id = signer.key_id();
  KS_ASSIGN_OR_RETURN(checkpoint.signature, signer.Sign(CheckpointInput(scope, checkpoint)));
  return checkpoint;
}

}  // namespace keysteward::evidence
