// Findings: what the signed entries of one rotation prove, in words. Pure; reads types and data of
// entries that were already verified.
//
//   const RotationFinding finding = FindingOf(rotation);
//   finding.proven == {"key key_2 was issued", "the provider accepted key key_2", …}
#pragma once

#include <string>
#include <vector>

#include "evidence/bundle.h"

namespace keysteward::evidence {

struct RotationFinding {
  std::string name;    // as the file says; a label, not signed
  std::string cause;   // from RotationStarted
  std::string result;  // from Completed; empty while the rotation runs
  int64_t first_seq = 0;
  int64_t last_seq = 0;
  std::vector<std::string> proven;      // "the provider refuses the old key key_1"
  std::vector<std::string> not_proven;  // "that every consumer runs the new key"
};

// `rotation` has at least one entry.
RotationFinding FindingOf(const BundledRotation& rotation);

}  // namespace keysteward::evidence
