// The bytes of an evidence entry: what is hashed and what is signed. Pure.
//
// Hashed: RFC 8785 canonical JSON (keys sorted, ASCII keys, integers only) of
//   {"at":"2026-12-20T02:00:00Z","data":{…},"previous":"sha256:…","rotation":"<uid>","seq":7,"type":"KeyIssued"}
// Signed with Ed25519: the canonical JSON array
//   ["keysteward.dev/evidence/v1","<installation>","<credential uid>","<rotation
//   uid>",7,"sha256:…"]
// so an entry can be moved neither to another rotation, credential or cluster nor to another place.
//
//   entry.hash = HashOf(entry, rotation_uid);
#pragma once

#include <string>

#include "api/v1alpha1/evidence_types.h"
#include "common/result.h"

namespace keysteward::evidence {

// Whose chain an entry belongs to.
struct Scope {
  std::string installation;
  std::string credential_uid;
  std::string rotation_uid;
};

// kInvalidArgument when entry.data is not the text of a JSON object or holds a fraction.
Result<std::string> HashOf(const api::v1alpha1::EvidenceEntry& entry,
                           const std::string& rotation_uid);

std::string SigningInput(const Scope& scope, int64_t seq, const std::string& hash);

// What the signature of a checkpoint covers.
std::string CheckpointInput(const Scope& scope,
                            const api::v1alpha1::EvidenceCheckpoint& checkpoint);

}  // namespace keysteward::evidence
