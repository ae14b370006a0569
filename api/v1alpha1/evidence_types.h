// EvidenceEntry and EvidenceCheckpoint: the signed record as it stands in our objects.
//
// Only the shape is here; hashing, signing and verifying belong to the evidence folder.
//
//   rotation.status.evidence.push_back(entry);      // append-only, the server refuses rewrites
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/clock.h"

namespace keysteward::api::v1alpha1 {

// One link of the chain. `hash` covers {seq, at, type, rotation uid, data, previous}.
struct EvidenceEntry {
  int64_t seq = 0;             // counted over all rotations of the credential, from 1
  std::optional<WallTime> at;  // when appended; written in whole seconds
  std::string type;            // KeyIssued, Delivered, …: docs/kinds/credentialrotation.md
  std::string data = "{}";     // compact JSON text of one object, keys sorted, without secrets
  std::string previous;        // hash of the entry before; empty for the first
  std::string hash;            // "sha256:" and 64 hex digits
  std::string signature;       // Ed25519, base64
  std::string key_id;          // first 16 hex digits of the SHA-256 of the signing key

  friend bool operator==(const EvidenceEntry&, const EvidenceEntry&) = default;
};

// Signed anchor for entries whose object was pruned.
struct EvidenceCheckpoint {
  std::string rotation;   // name of the CredentialRotation that ends with `last`
  int64_t first = 0;      // sequence number of the first entry covered
  int64_t last = 0;       // sequence number of the last entry covered
  std::string head;       // hash of entry `last`
  std::string signature;  // Ed25519, base64
  std::string key_id;     // first 16 hex digits of the SHA-256 of the signing key

  friend bool operator==(const EvidenceCheckpoint&, const EvidenceCheckpoint&) = default;
};

}  // namespace keysteward::api::v1alpha1
