// The file form of an exception, as a comment on the line of the finding:
//
//   value: abc  # keysteward:allow rule=named-credential owner=payments until=2027-01-31 reason="…"
//
// owner, until and reason are required; without rule it covers every finding of its line.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "policy/judge.h"

namespace keysteward::cli {

struct InlineException {
  std::string rule;
  std::string owner;
  WallTime until;
};

// By line, 1-based; comments that miss something required are left out, so the finding stays.
std::map<uint32_t, InlineException> FindInlineExceptions(std::string_view text);

// Lets the judgement pass when an exception of `line` covers it; says whose it was when it has
// ended.
void ApplyInlineException(const std::map<uint32_t, InlineException>& exceptions, uint32_t line,
                          WallTime now, policy::Judgement& judgement);

}  // namespace keysteward::cli
