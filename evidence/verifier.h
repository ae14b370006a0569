// Verifier: checks an evidence bundle offline and says in plain words what is proven and what is
// not.
//
// Checked: every hash, every signature, every link to the entry before, that nothing is missing
// between the first and the last entry, that the end is the head the credential's status names, and
// the checkpoint. The first broken link is named; what stands before it still counts.
//
//   const Report report = Verify(bundle, {.fingerprint = pinned});
//   report.ok()
#pragma once

#include <string>
#include <vector>

#include "evidence/bundle.h"

namespace keysteward::evidence {

// Which key is trusted. With neither, the bundle's own key is used and the report is NOT PINNED.
struct Pin {
  std::string public_key_pem;
  std::string fingerprint;  // SHA-256 of the raw public key, 64 hex digits
};

struct RotationFinding {
  std::string name;
  std::string result;
  std::vector<std::string> proven;      // "old key key_0 refused by its provider"
  std::vector<std::string> not_proven;  // "that every holder of the old key is known"
};

struct Report {
  std::string fingerprint;  // of the key the signatures were checked with
  bool pinned = false;
  int64_t verified = 0;   // entries that hold
  int64_t first_seq = 0;  // of the bundle; above 1: older entries are pruned
  std::string pruned;     // "1 to 12, anchored by entry 13's link" or empty
  std::string broken;  // the first broken link, with rotation and sequence number; empty when whole
  std::vector<RotationFinding> rotations;

  bool ok() const { return broken.empty(); }
};

// kInvalidArgument when the key or the pin cannot be read.
Result<Report> Verify(const Bundle& bundle, const Pin& pin);

}  // namespace keysteward::evidence
