// Verifier: checks an evidence bundle offline and says in plain words what is proven and what is
// not.
//
// Checked: every hash, every signature, every link to the entry before; that each rotation is whole
// from RotationStarted to Completed (the newest may still run); that what lies between two
// rotations is either nothing or whole rotations; that the end is what the credential's status
// counts and what the signed checkpoint names. The first broken link is named; what stands before
// it still counts. Rotations that are gone are listed as pruned: they are committed to by the link
// behind them, but what they did is no longer shown. Findings come from signed entries only, never
// from the rest of the file.
//
//   KS_ASSIGN_OR_RETURN(const Report report, Verify(bundle, {.fingerprint = pinned}));
//   report.ok() && report.pinned
#pragma once

#include <string>
#include <vector>

#include "evidence/bundle.h"
#include "evidence/findings.h"

namespace keysteward::evidence {

// Which key is trusted. With neither, the bundle's own key is used and the report is NOT PINNED.
struct Pin {
  std::string public_key_pem;
  std::string fingerprint;  // SHA-256 of the raw public key, 64 hex digits
};

struct Report {
  std::string fingerprint;  // of the key the signatures were checked with
  bool pinned = false;
  int64_t verified = 0;             // entries that hold
  int64_t last_seq = 0;             // of the last entry that holds; 0 for none
  std::vector<std::string> pruned;  // "entries 1 to 12, anchored by the link of entry 13"
  std::string broken;  // the first broken link, with rotation and sequence number; empty when whole
  std::vector<RotationFinding> rotations;  // up to the broken link

  bool ok() const { return broken.empty(); }
};

// kInvalidArgument when a key or the fingerprint cannot be read, kPermissionDenied when the
// bundle's key is not the pinned one.
Result<Report> Verify(const Bundle& bundle, const Pin& pin);

}  // namespace keysteward::evidence
