// Exceptions: which waiver covers a finding, and which one did until it ended.
#pragma once

#include <vector>

#include "detection/engine/finding.h"
#include "policy/policy.h"

namespace keysteward::policy {

struct ExceptionMatch {
  const Exception* valid = nullptr;    // covers the finding now
  const Exception* expired = nullptr;  // covered it; set only when no valid one does
};

// Pointers into `exceptions`.
ExceptionMatch MatchException(const std::vector<Exception>& exceptions,
                              const detection::ObjectIdentity& object,
                              const detection::Finding& finding, WallTime now);

}  // namespace keysteward::policy
